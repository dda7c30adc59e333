package mesh

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"tenantry/tests/istio/internal/policy"
)

// secrets are those that the policy names and that nobody but its author can make, where it says that they have to be.
func secrets(t testing.TB, p *policy.Policy) []runtime.Object {
	t.Helper()
	var objects []runtime.Object
	secret := func(namespace, name string, kind corev1.SecretType, data map[string][]byte) {
		objects = append(objects, &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Type: kind, Data: data,
		})
	}
	if tls := p.Ingress.TLS; tls != nil {
		certificate, key := certificate(t, p.Ingress.Hosts)
		secret(System, tls.Secret, corev1.SecretTypeTLS, map[string][]byte{
			corev1.TLSCertKey: certificate, corev1.TLSPrivateKeyKey: key,
		})
	}
	for _, namespace := range []string{System, p.Metadata.Namespace} {
		if p.Filter != nil && p.Filter.PullSecret != "" {
			login := []byte(`{"auths": {"registry.example.com": {"auth": "cHVsbDpwdWxs"}}}`)
			secret(namespace, p.Filter.PullSecret, corev1.SecretTypeDockerConfigJson, map[string][]byte{corev1.DockerConfigJsonKey: login})
		}
		if p.Tracing != nil && p.Tracing.Phoenix.APIKey != nil {
			apiKey := p.Tracing.Phoenix.APIKey
			secret(namespace, apiKey.Secret, corev1.SecretTypeOpaque, map[string][]byte{apiKey.Key: []byte("key")})
		}
	}
	return objects
}

// certificate is one for the hosts that the gateway serves, signed by itself, with its key.
func certificate(t testing.TB, hosts []string) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: hosts[0]},
		DNSNames:     hosts,
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA:         true, BasicConstraintsValid: true,
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}
