package mutation

// clusters are mistakes about the way to another cluster's gateway.
var clusters = []Mutation{
	{"ServiceEntry of another host", cogniverse, "outbound|443||eu-cluster.example.com", set("ServiceEntry default/cogniverse-cluster-eu", []any{"eu.example.com"}, "spec", "hosts")},
	{"ServiceEntry without ports", cogniverse, "eu-cluster.example.com:443", unset("ServiceEntry default/cogniverse-cluster-eu", "spec", "ports")},
	{"ServiceEntry that does not look in DNS", cogniverse, "outbound|443||eu-cluster.example.com is found by EDS, expected by DNS", set("ServiceEntry default/cogniverse-cluster-eu", "NONE", "spec", "resolution")},
	{"lost ServiceEntry", cogniverse, "eu-cluster.example.com", lose("ServiceEntry default/cogniverse-cluster-eu")},
	{"ServiceEntry for the whole mesh", cogniverse, "another namespace knows outbound|443||eu-cluster.example.com", unset("ServiceEntry default/cogniverse-cluster-eu", "spec", "exportTo")},
	{"no TLS towards the other cluster", cogniverse, "eu-cluster.example.com is called without TLS", set("DestinationRule default/cogniverse-cluster-eu", "DISABLE", "spec", "trafficPolicy", "tls", "mode")},
	{"mesh certificate towards the other cluster", cogniverse, "eu-cluster.example.com", set("DestinationRule default/cogniverse-cluster-eu", "ISTIO_MUTUAL", "spec", "trafficPolicy", "tls", "mode")},
	{"other cluster that is not verified", cogniverse, "no caCertificates are set to validate server identity for host: eu-cluster.example.com", unset("DestinationRule default/cogniverse-cluster-eu", "spec", "trafficPolicy", "tls", "caCertificates")},
	{"name that the other gateway does not serve", cogniverse, "is called as eu-cluster.example.com", set("DestinationRule default/cogniverse-cluster-eu", "eu-cluster.example.com", "spec", "trafficPolicy", "tls", "sni")},
	{"forward of the cluster's own tenants", cogniverse, "x-tenantry-cluster=eu", set("VirtualService default/cogniverse", "us", "spec", "http", 0, "match", 0, "headers", "x-tenantry-cluster", "exact")},
}
