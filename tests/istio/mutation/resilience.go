package mutation

// resilience are mistakes about how long and how often something is tried, and when it is not.
var resilience = []Mutation{
	{"number of retries", cogniverse, "tried again 3 times", set("VirtualService default/vespa-in-mesh", 3, "spec", "http", 0, "retries", "attempts")},
	{"time for one try", ledger, "tried again 2 times of 15s", set("VirtualService ledger/ledger-store-in-mesh", "15s", "spec", "http", 0, "retries", "perTryTimeout")},
	{"retry of what may not be sent twice", cogniverse, "POST vespa", set("VirtualService default/vespa-in-mesh", "5xx,connect-failure,refused-stream", "spec", "http", 1, "retries", "retryOn")},
	{"condition of retries that does not exist", cogniverse, "sometimes", set("VirtualService default/vespa-in-mesh", "sometimes", "spec", "http", 0, "retries", "retryOn")},
	{"lost retries", ledger, "tried again 0 times", unset("VirtualService ledger/ledger-store-in-mesh", "spec", "http", 0, "retries")},
	{"lost timeout", cogniverse, "within 0s", unset("VirtualService default/vespa-in-mesh", "spec", "http", 0, "timeout")},
	{"timeout of another route", ledger, "within 15s", set("VirtualService ledger/ledger", "15s", "spec", "http", 3, "timeout")},
	{"timeout of a stream", assistant, "by the route `route-0` to", set("VirtualService default/assistant", "30s", "spec", "http", 2, "timeout")},
	{"connections of a circuit breaker", cogniverse, "a limit of 1000 connections", set("DestinationRule default/vespa", 1000, "spec", "trafficPolicy", "connectionPool", "tcp", "maxConnections")},
	{"requests of a circuit breaker", ledger, "a limit of 4000 requests", set("DestinationRule ledger/ledger-store", 4000, "spec", "trafficPolicy", "connectionPool", "http", "http2MaxRequests")},
	{"keep-alive cut off", cogniverse, "a limit of 2 requests on a connection", set("DestinationRule default/vespa", 2, "spec", "trafficPolicy", "connectionPool", "http", "maxRequestsPerConnection")},
	{"errors before an endpoint is ejected", ledger, "consecutive_5xx:{value:50}", set("DestinationRule ledger/ledger-store", 50, "spec", "trafficPolicy", "outlierDetection", "consecutive5xxErrors")},
	{"ejection without a floor", cogniverse, "ejects down to", unset("DestinationRule default/vespa", "spec", "trafficPolicy", "outlierDetection", "minHealthPercent")},
	{"lost DestinationRule of a circuit breaker", ledger, "a limit of 0 connections, expected 200", lose("DestinationRule ledger/ledger-store")},
	{"lost DestinationRule of releases", cogniverse, "cogniverse-runtime.default.svc.cluster.local+canary", lose("DestinationRule default/cogniverse-runtime")},
	{"DestinationRule not exported to the gateway", cogniverse, "outbound|8000|canary|", set("DestinationRule default/cogniverse-runtime", []any{"."}, "spec", "exportTo")},
	{"lost exportTo of a circuit breaker", ledger, "bystander-0: outbound|9090||ledger-store.ledger.svc.cluster.local has a limit of 200 connections", unset("DestinationRule ledger/ledger-store", "spec", "exportTo")},
}
