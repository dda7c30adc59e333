package mutation

// manifests are mistakes in objects as such, whatever they are for.
var manifests = []Mutation{
	{"unknown field", cogniverse, "maxConnection", set("DestinationRule default/vespa", 100,
		"spec", "trafficPolicy", "connectionPool", "tcp", "maxConnection")},
	{"field in the wrong place", cogniverse, "unknown fields [spec.http[0].retryOn]", set("VirtualService default/vespa-in-mesh", "5xx", "spec", "http", 0, "retryOn")},
	{"deprecated apiVersion", cogniverse, "networking.istio.io/v1beta1 is outdated, there is v1", set("VirtualService default/cogniverse", "networking.istio.io/v1beta1", "apiVersion")},
	{"apiVersion of long ago", ledger, "security.istio.io/v1beta1 is outdated, there is v1", set("PeerAuthentication ledger/default", "security.istio.io/v1beta1", "apiVersion")},
	{"kind that does not exist", cogniverse, "DestinationRules", set("DestinationRule default/vespa", "DestinationRules", "kind")},
	{"rule of the CRD violated: a duration that is none", cogniverse, "must be a valid duration", set("VirtualService default/vespa-in-mesh", "soon", "spec", "http", 0, "timeout")},
	{"rule of the CRD violated: selector and targetRefs", ledger, "only one of targetRefs or selector can be set",
		set("RequestAuthentication istio-system/ledger", []any{map[string]any{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "ledger"}}, "spec", "targetRefs")},
	{"value that is none of the listed", assistant, "FAIL_SAFE", set("TrafficExtension default/chat-tenancy", "FAIL_SAFE", "spec", "wasm", "failStrategy")},
	{"two objects of one name", cogniverse, "ollama-callers", set("AuthorizationPolicy default/vespa-callers", "ollama-callers", "metadata", "name")},
	{"file left out of the Kustomization", ledger, "AuthorizationPolicy ledger/ledger-deny-by-default", replace("kustomization.yaml", "- authorization-policy.yaml\n", "")},
	{"label that Kubernetes does not take", assistant, "metadata.labels", set("Gateway istio-system/assistant", "the assistant", "metadata", "labels", "app.kubernetes.io/part-of")},
	{"namespace without injection", cogniverse, "[IST0102] (Namespace default", unset("Namespace default", "metadata", "labels", "istio-injection")},
	{"StatefulSet with a field that it does not have", cogniverse, "replica", set("StatefulSet default/phoenix", 1, "spec", "replica")},
}
