package mutation

// routing are mistakes about where requests go.
var routing = []Mutation{
	{"subset that no DestinationRule has", cogniverse, "cogniverse-runtime.default.svc.cluster.local+v1",
		set("VirtualService default/cogniverse", "v1", "spec", "http", 4, "route", 0, "destination", "subset")},
	{"subset of another release", cogniverse, "to map[outbound|8000|canary|", set("VirtualService default/cogniverse", "canary", "spec", "http", 4, "route", 0, "destination", "subset")},
	{"labels of another release in a subset", cogniverse, "outbound|8000|canary|", set("DestinationRule default/cogniverse-runtime", "v1", "spec", "subsets", 1, "labels", "version")},
	{"service that does not exist", cogniverse, `"dashboard.default.svc.cluster.local"`,
		set("VirtualService default/cogniverse", "dashboard.default.svc.cluster.local", "spec", "http", 5, "route", 0, "destination", "host")},
	{"port that the service does not have", cogniverse, "outbound|8502||", set("VirtualService default/cogniverse", 8502, "spec", "http", 5, "route", 0, "destination", "port", "number")},
	{"routes in the mesh bound to the gateway", cogniverse, "vespa.default.svc.cluster.local",
		set("VirtualService default/vespa-in-mesh", []any{"istio-system/cogniverse"}, "spec", "gateways")},
	{"routes of the gateway bound to the mesh alone", ledger, "ledger.example.com", set("VirtualService ledger/ledger", []any{"mesh"}, "spec", "gateways")},
	{"routes of the gateway put into the mesh, too", cogniverse, "has routes for api.cogniverse.com",
		set("VirtualService default/cogniverse", []any{"istio-system/cogniverse", "mesh"}, "spec", "gateways")},
	{"gateway that does not exist", assistant, `"istio-system/edge"`, set("VirtualService default/assistant", []any{"istio-system/edge"}, "spec", "gateways")},
	{"lost exportTo of routes", ledger, "another namespace has the route `ledger-store`", unset("VirtualService ledger/ledger-store-in-mesh", "spec", "exportTo")},
	{"routes not exported to the gateway", ledger, "ledger.example.com/", set("VirtualService ledger/ledger", []any{"."}, "spec", "exportTo")},
	{"host that the gateway does not serve", ledger, "ledger.example.org", set("VirtualService ledger/ledger", []any{"ledger.example.org"}, "spec", "hosts")},
	{"weights not as in the policy", assistant, "ranker.default.svc.cluster.local:60", both(
		set("VirtualService default/ranker-in-mesh", 60, "spec", "http", 0, "route", 0, "weight"),
		set("VirtualService default/ranker-in-mesh", 40, "spec", "http", 0, "route", 1, "weight"))},
	{"wrong header for a release", cogniverse, "x-tenantry-track=canary",
		set("VirtualService default/cogniverse", map[string]any{"x-track": map[string]any{"exact": "canary"}}, "spec", "http", 3, "match", 0, "headers")},
	{"wrong value of a release's header", assistant, "x-tenantry-track=preview",
		set("VirtualService default/assistant", "Preview", "spec", "http", 4, "match", 1, "headers", "x-tenantry-track", "exact")},
	{"lost rewrite", cogniverse, "by the route `route-2`", unset("VirtualService default/cogniverse", "spec", "http", 5, "rewrite")},
	{"prefix that covers its neighbours", ledger, "/auditx", set("VirtualService ledger/ledger", "/audit", "spec", "http", 2, "match", 1, "uri", "prefix")},
	{"method that the route does not take", ledger, "DELETE ledger.example.com/entries", set("VirtualService ledger/ledger", "GET|POST|DELETE", "spec", "http", 1, "match", 0, "method", "regex")},
	{"default route that answers", ledger, "expected 404", set("VirtualService ledger/ledger", 200, "spec", "http", 4, "directResponse", "status")},
	{"port left out of the Gateway", cogniverse, "listens on [0.0.0.0_8080]", set("Gateway istio-system/cogniverse", []any{map[string]any{
		"port": map[string]any{"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": []any{"default/api.cogniverse.com"},
		"tls": map[string]any{"httpsRedirect": true}}}, "spec", "servers")},
	{"Gateway on a port that its Service does not have", ledger, "8443", set("Gateway istio-system/ledger", 8443, "spec", "servers", 0, "port", "number")},
	{"Gateway of other pods", assistant, "istio:ingress", set("Gateway istio-system/assistant", "ingress", "spec", "selector", "istio")},
}
