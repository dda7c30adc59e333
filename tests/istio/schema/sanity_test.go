package schema

import (
	"strings"
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// Faults seeded into what was compiled for a cluster of the policy `cogniverse`, and what the judge has to say of each.
var faults = []struct{ name, file, passage, replacement, said string }{
	{"a field that the CRD does not have", "destination-rule.yaml", "maxConnections: 100", "maxConnection: 100", "the CRDs of Istio 1.31"},
	{"a value that the CRD does not list", "traffic-extension.yaml", "failStrategy: FAIL_RELOAD\n    pluginConfig:\n      version: 1\n      policy: cogniverse\n      role: gateway", "failStrategy: FAIL_SAFE\n    pluginConfig:\n      version: 1\n      policy: cogniverse\n      role: gateway", "Unsupported value"},
	{"what only the webhook refuses", "virtual-service.yaml", "attempts: 2\n      perTryTimeout: 3s\n      retryOn: 5xx,reset,connect-failure,refused-stream", "attempts: 2\n      perTryTimeout: 3s\n      retryOn: sometimes", "the webhook"},
	{"what the webhook warns of", "virtual-service.yaml", "  - name: no-route\n", "  - name: any\n    directResponse:\n      status: 404\n  - name: no-route\n", "the webhook"},
	{"a field that a Service does not have", "phoenix.yaml", "    targetPort: grpc-otlp", "    targetport: grpc-otlp", "Kubernetes"},
	{"a key that is there twice", "telemetry.yaml", "    app.kubernetes.io/part-of: cogniverse", "    app.kubernetes.io/part-of: cogniverse\n    app.kubernetes.io/part-of: other", "its text"},
	{"a label that Kubernetes does not take", "gateway.yaml", "part-of: cogniverse", "part-of: cogniverse mesh", "metadata.labels"},
	{"a field that no metadata has", "gateway.yaml", "  namespace: istio-system", "  nameSpace: istio-system", "its text"},
	{"a file that Kustomize is not told of", "kustomization.yaml", "- gateway.yaml\n", "", "it leaves out or changes Gateway"},
	{"a field that a Kustomization does not have", "kustomization.yaml", "resources:", "resource:", "Kustomize"},
	{"two objects of one name", "peer-authentication.yaml", "  name: default\n  namespace: istio-system", "  name: default\n  namespace: default", "Kustomize"},
}

func TestSeededFaultsAreCaught(t *testing.T) {
	file := compiled.Named(t, "cogniverse")
	cluster := file.Compile(t)[0]
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			found := Judge(t, file, cluster.Edited(t, fault.file, fault.passage, fault.replacement))
			if len(found) == 0 || !strings.Contains(strings.Join(found, "\n"), fault.said) {
				t.Errorf("expected `%s`, got %q", fault.said, found)
			}
			t.Log(strings.Join(found, "\n"))
		})
	}
}
