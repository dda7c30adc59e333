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
	{"tenant at home elsewhere", cogniverse, "for the tenant `tenant_b`, expected", set(atGateway, "us", "spec", "wasm", "pluginConfig", "tenants", "inline", "tenant_b", "cluster")},
	{"suspended tenant that is active", ledger, "for the tenant `initech`, expected", unset(atLedger, "spec", "wasm", "pluginConfig", "tenants", "inline", "initech", "suspended")},
	{"tenant of nobody", cogniverse, "has a tenant `mallory`", set(atRuntime, map[string]any{"cluster": "us", "tier": "gold"}, "spec", "wasm", "pluginConfig", "tenants", "inline", "mallory")},
	{"rate of a tier", ledger, "gives the tier `basic` 10000000 thousandths", set(atLedger, 10000000, "spec", "wasm", "pluginConfig", "tiers", "basic", "millirate")},
	{"route open to every tenant", ledger, "the filter's route 2 is {Path:/audit", unset(atLedger, "spec", "wasm", "pluginConfig", "routes", 2, "tenants")},
	{"another claim", ledger, "holds tenants against the token &{Claim:[tenant]", set(atLedger, []any{"tenant"}, "spec", "wasm", "pluginConfig", "token", "claim")},
	{"token that is not required", ledger, "holds tenants against the token", set(atLedger, false, "spec", "wasm", "pluginConfig", "token", "required")},
	{"body that is not bound", cogniverse, "holds tenants against the body <nil>", unset(atGateway, "spec", "wasm", "pluginConfig", "body")},
	{"more exempt paths", cogniverse, "exempts [/health /search]", set(atGateway, []any{"/health", "/search"}, "spec", "wasm", "pluginConfig", "exempt")},
	{"weights of releases swapped", cogniverse, "deals tenants out to [{Name:stable Weight:500", both(
		set(atGateway, 500, "spec", "wasm", "pluginConfig", "releases", "cogniverse-runtime", 0, "weight"),
		set(atGateway, 9500, "spec", "wasm", "pluginConfig", "releases", "cogniverse-runtime", 1, "weight"))},
	{"gateway by another identity for the filter", ledger, "takes calls of &{Gateways:[spiffe://cluster.local/ns/ledger/sa/reports]", set("TrafficExtension ledger/ledger-api-tenancy",
		[]any{"spiffe://cluster.local/ns/ledger/sa/reports"}, "spec", "wasm", "pluginConfig", "workload", "gateways")},
}
