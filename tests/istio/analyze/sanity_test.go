package analyze

import (
	"strings"
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// Faults seeded into what was compiled for a cluster of the policy `cogniverse`, and the code of the message about each.
var faults = []struct{ name, file, passage, replacement, code string }{
	{"a subset that is not there", "destination-rule.yaml", "  - name: canary\n", "  - name: canary-2\n", "IST0101"},
	{"a gateway that is not there", "virtual-service.yaml", "istio-system/cogniverse\n", "istio-system/gateway\n", "IST0101"},
	{"a service that is not there", "virtual-service.yaml", "        host: cogniverse-dashboard.default", "        host: dashboard.default", "IST0101"},
	{"a certificate that is not there", "gateway.yaml", "credentialName: cogniverse-tls-cert", "credentialName: cogniverse-tls", "IST0101"},
	{"a port whose protocol nobody can tell", "phoenix.yaml", "  - name: grpc-otlp\n    port: 4317\n    targetPort: grpc-otlp\n    appProtocol: grpc\n", "  - name: otlp-grpc\n    port: 4317\n    targetPort: grpc-otlp\n", "IST0118"},
	{"a host with routes in two places", "virtual-service.yaml", "  - istio-system\n  hosts:\n  - api.cogniverse.com\n  gateways:\n  - istio-system/cogniverse\n", "  - .\n  hosts:\n  - vespa.default.svc.cluster.local\n  gateways:\n  - mesh\n", "IST0109"},
	{"a namespace without injection", "namespace.yaml", "    istio-injection: enabled\n", "", "IST0102"},
	{"a subset that no pod is in", "destination-rule.yaml", "      version: v2", "      version: v3", "IST0173"},
	{"a gateway's port that its Service has not", "gateway.yaml", "number: 443", "number: 9443", "IST0162"},
	{"a selector that selects nothing", "sidecar.yaml", "      app: ollama\n", "      app: llama\n", "IST0101"},
	{"an access log without a provider", "telemetry.yaml", "  - providers:\n    - name: tenantry-access-log\n", "  - disabled: false\n", "IST0157"},
	{"an istiod that fetches keys from anywhere", "install/istio-operator.yaml", "BLOCKED_CIDRS_IN_JWKS_URIS", "BLOCKED_CIDRS", "IST0175"},
}

func TestSeededFaultsAreCaught(t *testing.T) {
	file := compiled.Named(t, "cogniverse")
	cluster := file.Compile(t)[0]
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			found := strings.Join(Judge(t, file, cluster.Edited(t, fault.file, fault.passage, fault.replacement)), "\n")
			if !strings.Contains(found, "["+fault.code+"]") {
				t.Errorf("expected %s, got %q", fault.code, found)
			}
			t.Log(found)
		})
	}
}
