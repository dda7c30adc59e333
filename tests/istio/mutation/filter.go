package mutation

// Objects of the filter: at the gateway, and at a service.
const (
	atGateway = "TrafficExtension istio-system/cogniverse-tenancy"
	atRuntime = "TrafficExtension default/cogniverse-runtime-tenancy"
	atLedger  = "TrafficExtension istio-system/ledger-tenancy"
)

// filter are mistakes about the filter: whether it runs, where, and what it is told.
var filter = []Mutation{
	{"before tokens are verified", cogniverse, "verifies tokens after the filter", set(atGateway, "AUTHN", "spec", "phase")},
	{"after callers are judged", cogniverse, "authorizes before the filter", set(atRuntime, "STATS", "spec", "phase")},
	{"fails open", cogniverse, "failure policy is FAIL_OPEN", set(atGateway, "FAIL_OPEN", "spec", "wasm", "failStrategy")},
	{"lost failStrategy", ledger, "failure policy is FAIL_CLOSE", unset(atLedger, "spec", "wasm", "failStrategy")},
	{"digest of another module", cogniverse, "with the digest 0000", set(atGateway, "0000000000000000000000000000000000000000000000000000000000000000", "spec", "wasm", "sha256")},
	{"lost digest", assistant, "with the digest , expected", unset("TrafficExtension istio-system/assistant-tenancy", "spec", "wasm", "sha256")},
	{"another module", ledger, "fetches oci://registry.example.com/other/filter", set(atLedger, "oci://registry.example.com/other/filter:0.1.0", "spec", "wasm", "url")},
	{"another pull secret", ledger, "logs in to the registry: false", set(atLedger, "login", "spec", "wasm", "imagePullSecret")},
	{"lost priority", cogniverse, "TrafficExtension istio-system/cogniverse-tenancy (traffic-extension.yaml) has no priority", unset(atGateway, "spec", "priority")},
	{"on the way out", cogniverse, "asks for no filter there", set(atRuntime, "CLIENT_AND_SERVER", "spec", "match", 0, "mode")},
	{"at no pod", cogniverse, "runs the extensions [], expected the filter alone", set(atRuntime, "runtime", "spec", "selector", "matchLabels", "app")},
	{"lost at a service", ledger, "runs the extensions [], expected the filter alone", lose("TrafficExtension ledger/reports-tenancy")},
	{"configuration of another cluster", cogniverse, "in eu", set(atGateway, "eu", "spec", "wasm", "pluginConfig", "cluster")},
	{"configuration of another role", ledger, "that it is the workload", set(atLedger, "workload", "spec", "wasm", "pluginConfig", "role")},
	{"configuration that is no object", cogniverse, "pluginConfig", set(atGateway, `{"version": 1,`, "spec", "wasm", "pluginConfig")},
	{"lost configuration", cogniverse, "no JSON", unset(atGateway, "spec", "wasm", "pluginConfig")},
	{"another tenant header", cogniverse, "reads the tenant from `x-tenant`", set(atRuntime, "x-tenant", "spec", "wasm", "pluginConfig", "header")},
}
