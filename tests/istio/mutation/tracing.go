package mutation

// tracing are mistakes about spans and the access log.
var tracing = []Mutation{
	{"tracer that the mesh does not have", assistant, "jaeger", set("Telemetry istio-system/assistant", "jaeger", "spec", "tracing", 0, "providers", 0, "name")},
	{"access log that the mesh does not have", cogniverse, "tenantry-log", set("Telemetry istio-system/cogniverse", "tenantry-log", "spec", "accessLogging", 0, "providers", 0, "name")},
	{"spans not reported", assistant, "makes no spans", set("Telemetry istio-system/assistant", true, "spec", "tracing", 0, "disableSpanReporting")},
	{"spans reported beside the filter's", cogniverse, "reports spans by `envoy.tracers.zipkin`", set("Telemetry istio-system/cogniverse", false, "spec", "tracing", 0, "disableSpanReporting")},
	{"share of requests", assistant, "traces 100% of requests, expected 12.5%", set("Telemetry istio-system/assistant", 100, "spec", "tracing", 0, "randomSamplingPercentage")},
	{"tenant from another place", assistant, "tags spans with tenant.id", set("Telemetry istio-system/assistant", "%FILTER_STATE(wasm.tenant:PLAIN)%", "spec", "tracing", 0, "customTags", "tenant.id", "formatter", "value")},
	{"query in spans", assistant, "%PATH(WQ:", set("Telemetry default/chat", "%REQ(X-FORWARDED-PROTO)%://%REQ(:AUTHORITY)%%PATH(WQ:ORIG_OR_PATH)%", "spec", "tracing", 0, "customTags", "http.url", "formatter", "value")},
	{"kind of another service", assistant, "openinference.span.kind=`CHAIN`, expected `RERANKER`", set("Telemetry default/ranker", "CHAIN", "spec", "tracing", 0, "customTags", "openinference.span.kind", "literal", "value")},
	{"client's trace trusted", assistant, "removes the client's traceparent: false", lose("EnvoyFilter istio-system/assistant-client-trace")},
	{"port of Phoenix taken for plain TCP", cogniverse, "otlp-grpc", both(
		set("Service default/phoenix", "otlp-grpc", "spec", "ports", 1, "name"),
		unset("Service default/phoenix", "spec", "ports", 1, "appProtocol"))},
	{"port of Phoenix missing", cogniverse, "the collector outbound|4317||phoenix", set("Service default/phoenix",
		[]any{map[string]any{"name": "http", "port": 6006, "targetPort": "http", "appProtocol": "http"}}, "spec", "ports")},
	{"Phoenix of no pods", cogniverse, "phoenix.default.svc.cluster.local, which has no endpoints", set("Service default/phoenix", "fenix", "spec", "selector", "app")},
	{"Phoenix with a sidecar", cogniverse, "the proxy of phoenix-0 belongs to no service", unset("StatefulSet default/phoenix", "spec", "template", "metadata", "labels", "sidecar.istio.io/inject")},
	{"Phoenix out of a service's sight", cogniverse, "the collector outbound|4317||phoenix", set("Sidecar default/vespa", []any{"istio-system/*"}, "spec", "egress", 0, "hosts")},
	{"collector of another name", cogniverse, "the filter sends spans by grpc to `outbound|4317||fenix", set(atRuntime,
		"outbound|4317||fenix.default.svc.cluster.local", "spec", "wasm", "pluginConfig", "trace", "export", "to", "cluster")},
	{"project of all tenants", cogniverse, "the filter sends spans to the projects `cogniverse`", set(atGateway, "cogniverse", "spec", "wasm", "pluginConfig", "trace", "export", "project")},
}
