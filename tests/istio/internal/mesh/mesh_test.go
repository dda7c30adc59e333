package mesh

import (
	"crypto/tls"
	"os"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/policy"
)

func TestMain(m *testing.M) {
	code := m.Run()
	compiled.Clean()
	os.Exit(code)
}

func TestEveryClusterHasItsGatewayItsServicesAndTheirSidecars(t *testing.T) {
	for _, file := range compiled.Policies(t) {
		read := policy.Read(t, file.Path)
		for _, cluster := range file.Compile(t) {
			made := Of(t, file, cluster)
			gateway := fromUnstructured[corev1.Pod](t, made.Find(t, "Pod", System, "istio-ingressgateway-0"))
			if gateway.Labels["istio"] != "ingressgateway" || gateway.Spec.ServiceAccountName != "istio-ingressgateway-service-account" {
				t.Errorf("%s, %s: the gateway's pod: %v, %s", file.Name, cluster.Name, gateway.Labels, gateway.Spec.ServiceAccountName)
			}
			for name, service := range read.Services {
				made.Find(t, "Service", read.Metadata.Namespace, name)
				made.Find(t, "ServiceAccount", read.Metadata.Namespace, service.ServiceAccount)
			}
			sidecars := 0
			for _, object := range made.Objects {
				if object.GetKind() == "Pod" && proxied(fromUnstructured[corev1.Pod](t, object)) {
					sidecars++
				}
			}
			// One more for the ingress gateway, and the production profile has an egress gateway, too.
			expected := pods(read) + 1
			if read.Mesh.Profile == "production" {
				expected++
			}
			if sidecars != expected {
				t.Errorf("%s, %s: %d pods with a proxy, expected %d", file.Name, cluster.Name, sidecars, expected)
			}
		}
	}
}

func TestPhoenixIsThereAndHasNoSidecar(t *testing.T) {
	for _, name := range []string{"cogniverse", "canary"} {
		file := compiled.Named(t, name)
		for _, cluster := range file.Compile(t) {
			if proxied(fromUnstructured[corev1.Pod](t, Of(t, file, cluster).Find(t, "Pod", "default", "phoenix-0"))) {
				t.Errorf("%s, %s: Phoenix has a sidecar", name, cluster.Name)
			}
		}
	}
}

func TestSidecarsHaveWhatTheInstallationGivesThem(t *testing.T) {
	for _, file := range compiled.Variants(t) {
		if file.Name != "production" {
			continue
		}
		made := Of(t, file, file.Compile(t)[0])
		pod := fromUnstructured[corev1.Pod](t, made.Find(t, "Pod", "shop", "web-0"))
		for _, container := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
			has := slices.ContainsFunc(container.Env, func(it corev1.EnvVar) bool { return it.Name == "PHOENIX_API_KEY" })
			if container.Name == "istio-proxy" && !has {
				t.Errorf("the sidecar has no API key: %v", container.Env)
			}
		}
		return
	}
	t.Error("there is no variant `production`")
}

func TestTheCertificateIsForTheServedHosts(t *testing.T) {
	file := compiled.Named(t, "token-bound")
	made := Of(t, file, file.Compile(t)[0])
	secret := fromUnstructured[corev1.Secret](t, made.Find(t, "Secret", System, "ledger-tls"))
	pair, err := tls.X509KeyPair(secret.Data[corev1.TLSCertKey], secret.Data[corev1.TLSPrivateKeyKey])
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"ledger.example.com", "a.ledger.example.com"} {
		if err := pair.Leaf.VerifyHostname(host); err != nil {
			t.Error(err)
		}
	}
}

// pods are how many the policy's services have here.
func pods(read *policy.Policy) int {
	sum := 0
	for _, service := range read.Services {
		sum += max(1, len(service.Releases))
	}
	return sum
}

// proxied tells whether the pod has a proxy, among its containers or as a native sidecar.
func proxied(pod *corev1.Pod) bool {
	for _, container := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
		if container.Name == "istio-proxy" {
			return true
		}
	}
	return false
}
