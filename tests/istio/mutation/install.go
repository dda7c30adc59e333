package mutation

// The files of the policy `cogniverse` and of `token-bound` for istioctl.
const (
	operator         = "IstioOperator istio-system/cogniverse"
	operatorOfLedger = "IstioOperator istio-system/ledger"
)

// installing are mistakes in the files that Istio is installed with.
var installing = []Mutation{
	{"profile that does not exist", cogniverse, `profile "production" not found`, set(operator, "production", "spec", "profile")},
	{"mesh field with a typo", ledger, "pathNormalisation", both(
		set(operatorOfLedger, map[string]any{"normalization": "DECODE_AND_MERGE_SLASHES"}, "spec", "meshConfig", "pathNormalisation"),
		unset(operatorOfLedger, "spec", "meshConfig", "pathNormalization"))},
	{"tracer that Istio has no more", cogniverse, "open_census_agent", set(operator,
		map[string]any{"openCensusAgent": map[string]any{"address": "phoenix:4317"}}, "spec", "meshConfig", "defaultConfig", "tracing")},
	{"value that Istio has no more", ledger, `unknown field "mtls"`, set(operatorOfLedger, map[string]any{"auto": true}, "spec", "values", "global", "mtls")},
	{"lost normalization of paths", cogniverse, "paths are normalized as", unset(operator, "spec", "meshConfig", "pathNormalization")},
	{"lost access log", ledger, "tenantry-access-log", unset(operatorOfLedger, "spec", "meshConfig", "extensionProviders")},
	{"access log with the query", cogniverse, "%REQ(:PATH)%", set(operator, "%REQ(:PATH)%",
		"spec", "meshConfig", "extensionProviders", 0, "envoyFileAccessLog", "logFormat", "labels", "path")},
	{"retries that nobody asked for", ledger, "tried again 2 times", unset(operatorOfLedger, "spec", "meshConfig", "defaultHttpRetryPolicy")},
	{"keys of tokens from anywhere", cogniverse, "IST0175", unset(operator, "spec", "components", "pilot", "k8s", "env")},
	{"no gateway", cogniverse, "there is no Deployment or no Service `istio-ingressgateway`", set(operator, false, "spec", "components", "ingressGateways", 0, "enabled")},
	{"one replica in production", ledger, "istiod has 1 to 5 replicas", set(operatorOfLedger, 1, "spec", "components", "pilot", "k8s", "hpaSpec", "minReplicas")},
	{"lost status port", cogniverse, "lost its status port", set(operator, map[string]any{"ports": []any{
		map[string]any{"name": "http2", "port": 80, "targetPort": 8080}, map[string]any{"name": "https", "port": 443, "targetPort": 8443}}},
		"spec", "components", "ingressGateways", 0, "k8s", "service")},
	{"lost port for forwards", cogniverse, "listens on 15443, which the gateway's Service does not have",
		unset(operator, "spec", "components", "ingressGateways", 0, "k8s", "service")},
	{"port for forwards that leads to the public one", cogniverse, "leads forwards to 8443", set(operator, 8443,
		"spec", "components", "ingressGateways", 0, "k8s", "service", "ports", 3, "targetPort")},
	{"another port for forwards by Helm", cogniverse, "has the ports map", replace("install/helm/ingress-gateway.yaml", "port: 15443\n    protocol", "port: 15444\n    protocol")},
	{"auto mTLS off", ledger, "auto mTLS is off", set(operatorOfLedger, false, "spec", "meshConfig", "enableAutoMtls")},
	{"Helm's gateway by another name", cogniverse, "there is no Deployment", replace("install/helm/ingress-gateway.yaml", "name: istio-ingressgateway\n", "name: edge\n")},
	{"Helm's value with a typo", ledger, "autoscaleMinimum", replace("install/helm/istiod.yaml", "autoscaleMin:", "autoscaleMinimum:")},
	{"collector's port of Envoy's tracer", assistant, "port:6006", set("IstioOperator istio-system/assistant", 6006, "spec", "meshConfig", "extensionProviders", 1, "opentelemetry", "port")},
}
