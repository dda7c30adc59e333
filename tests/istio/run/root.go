package run

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"istio.io/istio/security/pkg/pki/ca"
	"istio.io/istio/security/pkg/pki/util"
)

// root is what the meshes of several clusters have in common: the authority above theirs, in PEM.
type root struct{ certificate, key []byte }

func newRoot(t testing.TB) *root {
	t.Helper()
	certificate, key, err := util.GenCertKeyFromOptions(util.CertOptions{
		TTL: 24 * time.Hour, Org: "The meshes' root", IsCA: true, IsSelfSigned: true, RSAKeySize: 2048,
	})
	if err != nil {
		t.Fatal(err)
	}
	return &root{certificate, key}
}

// intermediate is a new authority of a cluster, which istiod reads from the files of the Secret `cacerts`.
func (r *root) intermediate(t testing.TB) *ca.IstioCA {
	t.Helper()
	signer, err := util.ParsePemEncodedCertificate(r.certificate)
	if err != nil {
		t.Fatal(err)
	}
	signing, err := util.ParsePemEncodedKey(r.key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key, err := util.GenCertKeyFromOptions(util.CertOptions{
		TTL: 24 * time.Hour, Org: "An intermediate", IsCA: true, SignerCert: signer, SignerPriv: signing, RSAKeySize: 2048,
	})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	options, err := ca.NewPluggedCertIstioCAOptions(ca.SigningCAFileBundle{
		RootCertFile:    file("root-cert.pem", r.certificate),
		CertChainFiles:  []string{file("cert-chain.pem", certificate)},
		SigningCertFile: file("ca-cert.pem", certificate),
		SigningKeyFile:  file("ca-key.pem", key),
	}, time.Hour, 24*time.Hour, 2048)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := ca.NewIstioCA(options)
	if err != nil {
		t.Fatal(err)
	}
	return authority
}
