package translate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// seeded is a fault put into compiled output, and a part of what has to be said of it.
type seeded struct {
	policy, cluster, file, old, new, found string
}

// TestSeededFaultsAreFound shows that each concern sees what it is there for.
func TestSeededFaultsAreFound(t *testing.T) {
	for name, faults := range map[string][]seeded{
		"listeners": {
			{"cogniverse", "us", "gateway.yaml", "credentialName: cogniverse-tls-cert", "credentialName: another", "has the certificates"},
			{"cogniverse", "us", "gateway.yaml", "httpsRedirect: true", "httpsRedirect: false", "served without TLS"},
			{"cogniverse", "us", "gateway.yaml", "minProtocolVersion: TLSV1_2", "minProtocolVersion: TLSV1_0", "takes TLSv1_0"},
			{"cogniverse", "us", "gateway.yaml", "protocol: HTTPS", "protocol: TCP", "listens on"},
			{"cogniverse", "us", "install/istio-operator.yaml", "DECODE_AND_MERGE_SLASHES", "BASE", "does not normalise paths"},
		},
		"references": {
			{"cogniverse", "us", "virtual-service.yaml", "subset: canary", "subset: v2", "which is nowhere"},
			{"cogniverse", "us", "virtual-service.yaml", "number: 8501", "number: 8502", "which is nowhere"},
			{"cogniverse", "us", "sidecar.yaml", "    - ./vespa.default.svc.cluster.local\n", "", "does not know vespa"},
			{"cogniverse", "us", "sidecar.yaml", "    - ./ollama", "    - ./cogniverse-dashboard.default.svc.cluster.local\n    - ./ollama", "which it may not call"},
		},
		"filters": {
			{"cogniverse", "us", "traffic-extension.yaml", "phase: AUTHZ", "phase: AUTHN", "verifies tokens after the filter"},
			{"cogniverse", "us", "traffic-extension.yaml", "phase: AUTHZ", "phase: STATS", "authorizes before the filter"},
			{"cogniverse", "us", "traffic-extension.yaml", "mode: SERVER", "mode: CLIENT_AND_SERVER", "asks for no filter there"},
			{"cogniverse", "us", "traffic-extension.yaml", "mode: SERVER", "mode: CLIENT", "expected the filter alone"},
			{"cogniverse", "us", "traffic-extension.yaml", "FAIL_RELOAD", "FAIL_OPEN", "failure policy is FAIL_OPEN"},
			{"cogniverse", "us", "traffic-extension.yaml", "    sha256: ", "    sha256: 0", "sha256 field must be 64 characters long"},
			{"cogniverse", "us", "traffic-extension.yaml", "/filter@sha256:", "/other@sha256:", "fetches oci://registry.example.com/tenantry/other"},
			{"cogniverse", "us", "traffic-extension.yaml", "role: gateway", "role: workload", "is told that it is the workload"},
			{"cogniverse", "us", "traffic-extension.yaml", "header: x-tenant-id", "header: x-tenant", "reads the tenant from"},
			{"token-bound", "north", "traffic-extension.yaml", "imagePullSecret: registry-login", "imagePullSecret: login", "logs in to the registry"},
			{"cogniverse", "us", "envoy-filter.yaml", "name: envoy.filters.http.router", "name: envoy.filters.http.rooter", "does not hold bodies"},
			{"cogniverse", "us", "envoy-filter.yaml", "INSERT_BEFORE", "INSERT_FIRST", "holds bodies too early"},
			{"cogniverse", "us", "envoy-filter.yaml", "max_request_bytes: 1114112", "max_request_bytes: 1024", "holds 1024 bytes"},
			{"canary", "main", "envoy-filter.yaml", "remove: traceparent", "remove: b3", "client's traceparent"},
		},
		"routes": {
			{"cogniverse", "us", "virtual-service.yaml", "timeout: 10s", "timeout: 11s", "within 11s"},
			{"cogniverse", "us", "virtual-service.yaml", "perTryTimeout: 3s", "perTryTimeout: 4s", "of 4s on"},
			{"cogniverse", "us", "virtual-service.yaml", "retryOn: connect-failure,refused-stream\n", "retryOn: 5xx\n", "tried again 2 times of 3s on `5xx`"},
			{"cogniverse", "us", "virtual-service.yaml", "status: 404", "status: 200", "expected 404"},
			{"cogniverse", "us", "virtual-service.yaml", "  - mesh\n", "  - istio-system/cogniverse\n", "within 0s"},
			{"cogniverse", "us", "virtual-service.yaml", "prefix: /search/", "prefix: /search", "/searchx"},
			{"cogniverse", "us", "virtual-service.yaml", "      uri: /\n", "      uri: /dashboard\n", "as /dashboard within"},
			{"cogniverse", "us", "virtual-service.yaml", "exact: eu", "exact: us", "x-tenantry-cluster=eu"},
			{"cogniverse", "us", "virtual-service.yaml", "exact: canary", "exact: v2", "x-tenantry-track=canary"},
			{"canary", "main", "virtual-service.yaml", "weight: 50\n    - destination", "weight: 40\n    - destination", "ranker"},
			{"canary", "main", "virtual-service.yaml", "exact: POST", "exact: GET", "/chat/stream"},
			{"cogniverse", "us", "install/istio-operator.yaml", "attempts: 0", "attempts: 2", "tried again 2 times"},
		},
		"clusters": {
			{"cogniverse", "us", "destination-rule.yaml", "maxConnections: 100", "maxConnections: 1000", "a limit of 1000 connections"},
			{"cogniverse", "us", "destination-rule.yaml", "http1MaxPendingRequests: 50", "http1MaxPendingRequests: 5", "a limit of 5 requests that wait"},
			{"cogniverse", "us", "destination-rule.yaml", "consecutive5xxErrors: 5", "consecutiveGatewayErrors: 5", "ejects by"},
			{"cogniverse", "us", "destination-rule.yaml", "minHealthPercent: 40", "minHealthPercent: 0", "ejects down to"},
			{"cogniverse", "us", "destination-rule.yaml", "version: v2", "version: v3", "has the endpoints []"},
			{"cogniverse", "us", "destination-rule.yaml", "version: v2", "version: v1", "has the endpoints"},
			{"cogniverse", "us", "destination-rule.yaml", "  - '.'\n  - istio-system\n  host: vespa", "  - istio-system\n  host: vespa", "a limit of 0 connections"},
			{"canary", "main", "destination-rule.yaml", "h2UpgradePolicy: UPGRADE", "maxRequestsPerConnection: 2", "requests on a connection"},
		},
		"mtls": {
			{"cogniverse", "us", "peer-authentication.yaml", "mode: STRICT", "mode: PERMISSIVE", "takes plain text"},
			{"cogniverse", "us", "peer-authentication.yaml", "mode: STRICT", "mode: DISABLE", "takes plain text"},
			{"cogniverse", "us", "destination-rule.yaml", "    loadBalancer:\n", "    tls:\n      mode: DISABLE\n    loadBalancer:\n", "without mutual TLS"},
			{"small", "home", "peer-authentication.yaml", "mode: PERMISSIVE", "mode: STRICT", "takes no plain text"},
		},
		"forwards": {
			{"cogniverse", "us", "destination-rule.yaml", "sni: api.cogniverse.com", "sni: eu-cluster.example.com", "is called as eu-cluster"},
			{"cogniverse", "us", "destination-rule.yaml", "mode: ISTIO_MUTUAL", "mode: DISABLE", "without TLS"},
			{"cogniverse", "us", "destination-rule.yaml", "mode: ISTIO_MUTUAL", "mode: SIMPLE\n      caCertificates: system", "shows the certificates []"},
			{"cogniverse", "us", "destination-rule.yaml", "sa/istio-ingressgateway-service-account", "sa/istiod", "is taken for [spiffe://cluster.local/ns/istio-system/sa/istiod]"},
			{"enriched", "one", "destination-rule.yaml", "useClientProtocol: true", "useClientProtocol: false", "is spoken to in HTTP/1.1"},
			{"cogniverse", "us", "service-entry.yaml", "resolution: DNS", "resolution: NONE", "expected by DNS"},
			{"cogniverse", "us", "service-entry.yaml", "  - istio-system\n", "  - kube-system\n", "is missing"},
			{"cogniverse", "us", "service-entry.yaml", "number: 15443", "number: 443", "outbound|15443||eu-cluster.example.com is missing"},
			{"cogniverse", "us", "gateway.yaml", "number: 15443", "number: 15021", "listens on"},
			{"cogniverse", "us", "gateway.yaml", "mode: ISTIO_MUTUAL\n", "mode: SIMPLE\n      credentialName: cogniverse-tls-cert\n", "asks for no certificate"},
			{"cogniverse", "us", "gateway.yaml", "mode: ISTIO_MUTUAL\n", "mode: MUTUAL\n      credentialName: cogniverse-tls-cert\n", "expected the gateway's own"},
			{"cogniverse", "us", "gateway.yaml", "      subjectAltNames:\n      - spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account\n", "", "lets [] in"},
			{"cogniverse", "us", "gateway.yaml", "    hosts:\n    - default/api.cogniverse.com\n    tls:\n      mode: ISTIO_MUTUAL", "    hosts:\n    - default/eu.cogniverse.com\n    tls:\n      mode: ISTIO_MUTUAL", "serves [eu.cogniverse.com]"},
		},
		"unavailable": {
			{"cogniverse", "us", "envoy-filter.yaml", "exact: eu", "exact: us", "answers for [us]"},
			{"cogniverse", "us", "envoy-filter.yaml", "                      - UF\n", "", "at [UH UC]"},
			{"cogniverse", "us", "envoy-filter.yaml", "content_type: application/problem+json", "content_type: text/plain", "answers for a cluster that is away"},
			{"cogniverse", "us", "envoy-filter.yaml", "value: no-store", "value: public", "lets caches keep"},
			{"cogniverse", "us", "envoy-filter.yaml", "local_reply_config", "local_reply", "changes 0 kinds of answers"},
		},
		"authorization": {
			{"cogniverse", "us", "authorization-policy.yaml", "sa/cogniverse-runtime", "sa/cogniverse-dashboard", "lets [spiffe://cluster.local/ns/default/sa/cogniverse-dashboard]"},
			{"cogniverse", "us", "authorization-policy.yaml", "        principals:\n        - cluster.local/ns/default/sa/cogniverse-runtime\n", "        namespaces:\n        - default\n", "in, expected"},
			{"cogniverse", "us", "authorization-policy.yaml", "action: ALLOW", "action: DENY", "has no list of callers"},
			{"cogniverse", "us", "request-authentication.yaml", "jwksUri: https://id.example.com/keys", "jwksUri: https://example.com/keys", "verifies tokens by"},
			{"cogniverse", "us", "request-authentication.yaml", "    - cogniverse\n", "    - another\n", "verifies tokens by"},
			{"cogniverse", "us", "request-authentication.yaml", "istio: ingressgateway", "istio: gateway", "verifies tokens: false"},
			{"token-bound", "north", "authorization-policy.yaml", "        - \"8443\"\n", "", "on its own port"},
			{"enriched", "one", "authorization-policy.yaml", "        - \"8443\"\n        - \"15443\"\n", "        - \"8443\"\n", "0.0.0.0_15443 does not require tokens on its own port"},
			{"token-bound", "north", "authorization-policy.yaml", "        - /health\n", "        - /health*\n", "requires no token on"},
			{"token-bound", "north", "authorization-policy.yaml", "request.auth.claims[iss]", "request.auth.claims[sub]", "expected those without a verified issuer"},
			{"cogniverse", "us", "authorization-policy.yaml", "        - \"15443\"\n", "        - \"15444\"\n", "out of the port 15443"},
			{"cogniverse", "us", "authorization-policy.yaml", "        ports:\n        - \"15443\"\n", "        paths:\n        - /*\n", "out of the port 15443"},
			{"cogniverse", "us", "authorization-policy.yaml", "sa/istio-ingressgateway-service-account\n    to:", "sa/gateway\n    to:", "refuses more than the filter does"},
			{"cogniverse", "us", "authorization-policy.yaml", "  action: DENY\n", "  action: ALLOW\n", "has a list of who may enter"},
			{"token-bound", "north", "authorization-policy.yaml", "istio: ingressgateway", "istio: gateway", "does not require tokens"},
		},
		"access log": {
			{"cogniverse", "us", "install/istio-operator.yaml", "%PATH(NQ:ORIG_OR_PATH)%", "%REQ(:PATH)%", "writes query strings"},
			{"canary", "main", "install/istio-operator.yaml", "wasm.tenantry.tenant:", "wasm.tenant:", "writes no wasm.tenantry.tenant"},
			{"canary", "main", "telemetry.yaml", "name: tenantry-access-log", "name: access-log", "writes 0 access logs"},
		},
		"bystanders": {
			{"cogniverse", "us", "service-entry.yaml", "  exportTo:\n  - '.'\n  - istio-system\n", "", "another namespace knows outbound|15443||eu-cluster"},
			{"cogniverse", "us", "destination-rule.yaml", "  exportTo:\n  - '.'\n  - istio-system\n", "", "bystander-0: outbound|8080||vespa"},
			{"cogniverse", "us", "virtual-service.yaml", "  exportTo:\n  - '.'\n", "", "another namespace has the route"},
		},
		"tracing": {
			{"canary", "main", "telemetry.yaml", "    - name: phoenix\n", "    - name: jaeger\n", "makes no spans"},
			{"canary", "main", "telemetry.yaml", "randomSamplingPercentage: 12.5", "randomSamplingPercentage: 100", "traces 100% of requests"},
			{"canary", "main", "telemetry.yaml", "wasm.tenantry.tenant:", "wasm.tenant:", "tags spans with tenant.id"},
			{"canary", "main", "telemetry.yaml", "PATH(NQ:", "PATH(WQ:", "for the address"},
			{"canary", "main", "telemetry.yaml", "value: LLM", "value: CHAIN", "openinference.span.kind"},
			{"canary", "main", "install/istio-operator.yaml", "port: 4317", "port: 6006", "sends spans to"},
			{"canary", "main", "install/istio-operator.yaml", "project.name=assistant", "project.name=other", "proxies are told"},
			{"enriched", "one", "envoy-filter.yaml", "name: exempt-0-route-0", "name: exempt-0", "spans of GET"},
			{"enriched", "one", "envoy-filter.yaml", "name: exempt-0-route-0", "name: route-1", "spans of GET"},
			{"production", "east", "traffic-extension.yaml", "name: PHOENIX_API_KEY", "name: API_KEY", "does not come from the Secret"},
			{"production", "east", "install/istio-operator.yaml", "key: token", "key: api-key", "does not come from the Secret"},
			{"cogniverse", "us", "phoenix.yaml", "appProtocol: grpc", "appProtocol: tcp", "spoken to in HTTP/2: false"},
			{"cogniverse", "us", "sidecar.yaml", "    - ./phoenix.default.svc.cluster.local\n", "", "the collector outbound|4317"},
			{"cogniverse", "us", "traffic-extension.yaml", "cluster: outbound|4317||phoenix", "cluster: outbound|4317||fenix", "the filter sends spans"},
		},
	} {
		for _, fault := range faults {
			t.Run(name+", "+fault.found, func(t *testing.T) {
				t.Parallel()
				fault.judge(t)
			})
		}
	}
}

// judge seeds the fault into a copy and looks for it among what is found.
func (s seeded) judge(t *testing.T) {
	t.Helper()
	file := s.named(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(file.Dir(t))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, s.cluster, s.file)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.ReplaceAll(string(text), s.old, s.new)
	if changed == string(text) {
		t.Fatalf("%s does not hold %q", s.file, s.old)
	}
	if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, cluster := range compiled.Read(t, dir) {
		if cluster.Name != s.cluster {
			continue
		}
		found := Judge(t, file, cluster)
		if !strings.Contains(strings.Join(found, "\n"), s.found) {
			t.Errorf("%s: %q instead of %q went by; found:\n%s", s.file, s.new, s.old, strings.Join(found, "\n"))
		}
	}
}

func (s seeded) named(t *testing.T) compiled.Policy {
	t.Helper()
	for _, policy := range append(odd(t), compiled.Policies(t)...) {
		if policy.Name == s.policy {
			return policy
		}
	}
	t.Fatalf("there is no policy `%s`", s.policy)
	return compiled.Policy{}
}
