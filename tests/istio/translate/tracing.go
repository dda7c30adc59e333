package translate

import (
	"encoding/json"
	"fmt"
	"strings"

	trace "github.com/envoyproxy/go-control-plane/envoy/config/trace/v3"
	wasm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// tracing judges who makes spans and where they go: Envoy's tracer where the filter only adds to its spans, the filter where
// each tenant has a project, and never both.
func tracing(j *judgement) {
	for _, proxy := range j.proxies() {
		for _, chain := range proxy.chains(j.t) {
			if !j.enrich() {
				if tracer := chain.manager.GetTracing(); tracer.GetProvider() != nil || tracer != nil && j.perTenant() {
					j.wrong("%s: %s reports spans by `%s`, and Envoy is not the tracer", proxy, chain, tracer.GetProvider().GetName())
				}
				continue
			}
			j.reports(proxy, chain)
		}
		if len(proxy.Listeners) > 0 && j.policy.Tracing != nil {
			j.collects(proxy)
		}
	}
	if j.enrich() {
		project := "openinference.project.name=" + j.project()
		if told := j.mesh.GetDefaultConfig().GetProxyMetadata()["OTEL_RESOURCE_ATTRIBUTES"]; told != project {
			j.wrong("the mesh: proxies are told `%s`, expected `%s`", told, project)
		}
	}
	if j.perTenant() {
		for _, proxy := range j.proxies() {
			for _, extension := range proxy.Extensions {
				j.exports(proxy, unpack[wasm.Wasm](extension.GetTypedConfig()))
			}
		}
	}
}

// project is the one that all tenants share: a name without a place for the tenant, else the policy's name.
func (j *judgement) project() string {
	if strings.Contains(j.policy.Tracing.Project, "{") {
		return j.policy.Metadata.Name
	}
	return j.policy.Tracing.Project
}

// collector is Istio's name for Phoenix's Envoy cluster.
func (j *judgement) collector() string {
	phoenix := j.policy.Tracing.Phoenix
	return fmt.Sprintf("outbound|%d||%s", phoenix.Port(), j.host(phoenix.Service))
}

// collects judges that the proxy can reach Phoenix, in the protocol that the policy names.
func (j *judgement) collects(proxy *Proxy) {
	found := proxy.Clusters[j.collector()]
	if found == nil {
		j.wrong("%s: the collector %s is missing", proxy, j.collector())
		return
	}
	if len(addresses(proxy, found)) == 0 {
		j.wrong("%s: the collector has no endpoints", proxy)
	}
	if http2, grpc := speaksHTTP2(found), j.policy.Tracing.Phoenix.Protocol == "grpc"; http2 != grpc {
		j.wrong("%s: the collector is spoken to in HTTP/2: %t, expected %t", proxy, http2, grpc)
	}
}

// reports judges Envoy's tracer.
func (j *judgement) reports(proxy *Proxy, chain chain) {
	tracer := chain.manager.GetTracing()
	provider := unpack[trace.OpenTelemetryConfig](tracer.GetProvider().GetTypedConfig())
	if provider == nil {
		j.wrong("%s: %s makes no spans", proxy, chain)
		return
	}
	target := provider.GetGrpcService().GetEnvoyGrpc().GetClusterName()
	if j.policy.Tracing.Phoenix.Protocol == "http" {
		target = provider.GetHttpService().GetHttpUri().GetCluster()
		if uri := provider.GetHttpService().GetHttpUri().GetUri(); !strings.HasSuffix(uri, "/v1/traces") {
			j.wrong("%s: %s sends spans to %s", proxy, chain, uri)
		}
	}
	if target != j.collector() {
		j.wrong("%s: %s sends spans to `%s`, expected `%s`", proxy, chain, target, j.collector())
	}
	if share := tracer.GetRandomSampling().GetValue(); share != float64(*j.policy.Tracing.Sampling) {
		j.wrong("%s: %s traces %v%% of requests, expected %v%%", proxy, chain, share, *j.policy.Tracing.Sampling)
	}
	tags := map[string]string{}
	for _, tag := range tracer.GetCustomTags() {
		// Whichever it is; the others are empty.
		tags[tag.Tag] = tag.GetValue() + tag.GetLiteral().GetValue() + tag.GetRequestHeader().GetName()
	}
	for key, expected := range j.tags(proxy) {
		if tags[key] != expected {
			j.wrong("%s: %s tags spans with %s=`%s`, expected `%s`", proxy, chain, key, tags[key], expected)
		}
	}
	j.private(proxy, chain, tags)
}

// tags are what the attributes' documentation says of both modes, each from what the filter leaves for the tracer.
func (j *judgement) tags(proxy *Proxy) map[string]string {
	state := func(key string) string { return "%FILTER_STATE(wasm.tenantry." + key + ":PLAIN)%" }
	tags := map[string]string{"openinference.span.kind": "CHAIN", "tenant.id": state("tenant"), "metadata": state("metadata")}
	for _, key := range []string{"decision", "code", "cluster", "tier", "release"} {
		tags["tenantry."+key] = state(key)
	}
	if j.policy.Tracing.Session != nil {
		tags["session.id"] = state("session")
	}
	if j.policy.Tracing.User != nil {
		tags["user.id"] = state("user")
	}
	for _, sidecar := range j.sidecars {
		if sidecar.Proxy != proxy {
			continue
		}
		// The header was held against the gateway's stamps on the way in, and is there on the way out as well.
		tags["tenant.id"] = strings.ToLower(j.policy.Tenancy.Header)
		if kind := j.policy.Services[sidecar.service].Span; kind != "" {
			tags["openinference.span.kind"] = kind
		}
	}
	return tags
}

// private judges that no query string is in a span unless the policy records queries: Envoy's own tag of the address holds
// it, so another one has to stand in its place.
func (j *judgement) private(proxy *Proxy, chain chain, tags map[string]string) {
	replaced := strings.Contains(tags["http.url"], "%PATH(NQ:")
	if recorded := j.policy.Tracing.Record.Query; replaced == recorded {
		j.wrong("%s: %s has `%s` for the address, and the policy records queries: %t", proxy, chain, tags["http.url"], recorded)
	}
}

// exports judges the filter's own exporter.
func (j *judgement) exports(proxy *Proxy, filter *wasm.Wasm) {
	var config struct {
		Trace struct {
			Export struct {
				To                  struct{ Cluster, Protocol, Authority, APIKeyEnv string }
				Project, Unassigned string
				Sampling            float64
			}
		}
	}
	text := unpack[wrapperspb.StringValue](filter.GetConfig().GetConfiguration()).GetValue()
	if err := json.Unmarshal([]byte(text), &config); err != nil {
		j.wrong("%s: the filter's configuration: %v", proxy, err)
		return
	}
	export, traced := config.Trace.Export, j.policy.Tracing
	if export.To.Cluster != j.collector() || export.To.Protocol != traced.Phoenix.Protocol {
		j.wrong("%s: the filter sends spans by %s to `%s`, expected `%s`", proxy, export.To.Protocol, export.To.Cluster, j.collector())
	}
	// In hundredths of a percent.
	if share := export.Sampling / 100; share != float64(*traced.Sampling) {
		j.wrong("%s: the filter traces %v%% of requests, expected %v%%", proxy, share, *traced.Sampling)
	}
	if export.Project != traced.Project || export.Unassigned != traced.Unassigned {
		j.wrong("%s: the filter sends spans to the projects `%s` and `%s`", proxy, export.Project, export.Unassigned)
	}
}
