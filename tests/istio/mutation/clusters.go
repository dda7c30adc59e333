package mutation

import "testing"

// Objects on the way from one cluster's gateway to another's: the sending end, and the receiving one.
const (
	entryOfEU = "ServiceEntry default/cogniverse-cluster-eu"
	ruleOfEU  = "DestinationRule default/cogniverse-cluster-eu"
	entrance  = "Gateway istio-system/cogniverse"
	strangers = "AuthorizationPolicy istio-system/cogniverse-forwards"
)

// clusters are mistakes about the way to another cluster's gateway.
var clusters = []Mutation{
	{"ServiceEntry of another host", cogniverse, "outbound|15443||eu-cluster.example.com", set(entryOfEU, []any{"eu.example.com"}, "spec", "hosts")},
	{"ServiceEntry without ports", cogniverse, "eu-cluster.example.com:15443", unset(entryOfEU, "spec", "ports")},
	{"ServiceEntry with the public port", cogniverse, "eu-cluster.example.com:15443", set(entryOfEU, 443, "spec", "ports", 0, "number")},
	{"ServiceEntry that does not look in DNS", cogniverse, "outbound|15443||eu-cluster.example.com is found by EDS, expected by DNS", set(entryOfEU, "NONE", "spec", "resolution")},
	{"lost ServiceEntry", cogniverse, "eu-cluster.example.com", lose(entryOfEU)},
	{"ServiceEntry for the whole mesh", cogniverse, "another namespace knows outbound|15443||eu-cluster.example.com", unset(entryOfEU, "spec", "exportTo")},
	{"route to the public port", cogniverse, "eu-cluster.example.com:443", set("VirtualService default/cogniverse", 443, "spec", "http", 0, "route", 0, "destination", "port", "number")},
	{"no TLS towards the other cluster", cogniverse, "eu-cluster.example.com is called without TLS", set(ruleOfEU, "DISABLE", "spec", "trafficPolicy", "tls", "mode")},
	{"no certificate towards the other cluster", cogniverse, "outbound|15443||eu-cluster.example.com shows the certificates []", both(
		set(ruleOfEU, "SIMPLE", "spec", "trafficPolicy", "tls", "mode"),
		set(ruleOfEU, "system", "spec", "trafficPolicy", "tls", "caCertificates"))},
	{"lost DestinationRule", cogniverse, "outbound|15443||eu-cluster.example.com is called without TLS", lose(ruleOfEU)},
	{"any workload taken for the other gateway", cogniverse, "is taken for [], expected [spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account]",
		unset(ruleOfEU, "spec", "trafficPolicy", "tls", "subjectAltNames")},
	{"another workload taken for the other gateway", cogniverse, "is taken for [spiffe://cluster.local/ns/default/sa/vespa]",
		set(ruleOfEU, "spiffe://cluster.local/ns/default/sa/vespa", "spec", "trafficPolicy", "tls", "subjectAltNames", 0)},
	{"name that the other gateway does not serve", cogniverse, "is called as eu-cluster.example.com", set(ruleOfEU, "eu-cluster.example.com", "spec", "trafficPolicy", "tls", "sni")},
	{"forward of the cluster's own tenants", cogniverse, "x-tenantry-cluster=eu", set("VirtualService default/cogniverse", "us", "spec", "http", 0, "match", 0, "headers", "x-tenantry-cluster", "exact")},
	{"lost port for forwards in the Gateway", cogniverse, "listens on [0.0.0.0_8080 0.0.0.0_8443], expected [0.0.0.0_15443", func(t testing.TB, folder string) {
		t.Helper()
		onObject(entrance, func(content map[string]any) error {
			spec := content["spec"].(map[string]any)
			spec["servers"] = spec["servers"].([]any)[:2]
			return nil
		})(t, folder)
	}},
	{"another port for forwards in the Gateway", cogniverse, "listens on 15444, which the gateway's Service does not have", set(entrance, 15444, "spec", "servers", 2, "port", "number")},
	{"forwards taken from anybody", cogniverse, "0.0.0.0_15443 asks for no certificate", both(
		set(entrance, "SIMPLE", "spec", "servers", 2, "tls", "mode"),
		set(entrance, "cogniverse-tls-cert", "spec", "servers", 2, "tls", "credentialName"))},
	{"forwards taken from whoever may bring one", cogniverse, "0.0.0.0_15443 asks for no certificate", both(
		set(entrance, "OPTIONAL_MUTUAL", "spec", "servers", 2, "tls", "mode"),
		set(entrance, "cogniverse-tls-cert", "spec", "servers", 2, "tls", "credentialName"))},
	{"forwards passed through", cogniverse, "15443", set(entrance, "PASSTHROUGH", "spec", "servers", 2, "tls", "mode")},
	{"forwards taken from any workload", cogniverse, "0.0.0.0_15443 lets [] in, expected [spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account]",
		unset(entrance, "spec", "servers", 2, "tls", "subjectAltNames")},
	{"forwards taken from another workload", cogniverse, "0.0.0.0_15443 lets [spiffe://cluster.local/ns/default/sa/vespa] in",
		set(entrance, "spiffe://cluster.local/ns/default/sa/vespa", "spec", "servers", 2, "tls", "subjectAltNames", 0)},
	{"forwards for another host", cogniverse, "0.0.0.0_15443 serves [api.example.com]", set(entrance, []any{"default/api.example.com"}, "spec", "servers", 2, "hosts")},
	{"strangers not kept out", cogniverse, "does not keep whoever is no gateway out of the port 15443", lose(strangers)},
	{"strangers kept out of another port", cogniverse, "out of the port 15443", set(strangers, "443", "spec", "rules", 0, "to", 0, "operation", "ports", 0)},
	{"everybody kept out", cogniverse, "refuses more than the filter does", unset(strangers, "spec", "rules", 0, "from")},
	{"another identity let in", cogniverse, "trusts `cluster.local/ns/istio-system/sa/istiod`", set(strangers, "cluster.local/ns/istio-system/sa/istiod",
		"spec", "rules", 0, "from", 0, "source", "notPrincipals", 0)},
	{"answer for a cluster that is away lost", cogniverse, "changes 0 kinds of answers, expected 1", lose("EnvoyFilter istio-system/cogniverse-unavailable")},
	{"answer for a cluster that is away at every failure", cogniverse, "answers for [] at [UF UH UC]", set("EnvoyFilter istio-system/cogniverse-unavailable",
		map[string]any{"response_flag_filter": map[string]any{"flags": []any{"UF", "UH", "UC"}}},
		"spec", "configPatches", 0, "patch", "value", "typed_config", "local_reply_config", "mappers", 0, "filter")},
	{"a list of who may enter in place of a denial", cogniverse, "has a list of who may enter", set(strangers, "ALLOW", "spec", "action")},
}
