package translate

import (
	matching "github.com/envoyproxy/go-control-plane/envoy/extensions/common/matching/v3"
	buffer "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/buffer/v3"
	mutation "github.com/envoyproxy/go-control-plane/envoy/extensions/http/early_header_mutation/header_mutation/v3"
)

const (
	jwtFilter    = "envoy.filters.http.jwt_authn"
	rbacFilter   = "envoy.filters.http.rbac"
	routerFilter = "envoy.filters.http.router"
)

// filters judges which filter chains run the filter, where it stands in them, and what the EnvoyFilters add to the gateway's.
func filters(j *judgement) {
	for _, proxy := range j.proxies() {
		for _, chain := range proxy.chains(j.t) {
			if !j.enforced(proxy, chain) {
				if names := chain.discovered(); len(names) > 0 {
					j.wrong("%s: %s runs %v, and the policy asks for no filter there", proxy, chain, names)
				}
				continue
			}
			j.ordered(proxy, chain)
		}
	}
	for _, chain := range j.gateway.chains(j.t) {
		j.holds(chain)
		j.forgets(chain)
	}
}

// enforced tells whether the filter belongs into the chain: at the gateway into each, at a sidecar on the way in alone.
func (j *judgement) enforced(proxy *Proxy, chain chain) bool {
	if proxy == j.gateway {
		return true
	}
	for _, sidecar := range j.sidecars {
		if sidecar.Proxy == proxy {
			return chain.inbound() && j.filtered(sidecar.service)
		}
	}
	return false
}

// ordered judges the filter's place: it reads what token verification found, and the mesh's own rules come after it.
func (j *judgement) ordered(proxy *Proxy, chain chain) {
	names := chain.discovered()
	if len(names) != 1 {
		j.wrong("%s: %s runs the extensions %v, expected the filter alone", proxy, chain, names)
		return
	}
	at := chain.position(names[0])
	if verified := chain.position(jwtFilter); verified > at {
		j.wrong("%s: %s verifies tokens after the filter", proxy, chain)
	}
	if authorized := chain.position(rbacFilter); authorized >= 0 && authorized < at {
		j.wrong("%s: %s authorizes before the filter", proxy, chain)
	}
	if last := len(chain.manager.HttpFilters) - 1; chain.position(routerFilter) != last || at >= last {
		j.wrong("%s: %s does not end in the router", proxy, chain)
	}
	j.configured(proxy, proxy.Extensions[names[0]])
}

func (c chain) discovered() []string {
	var names []string
	for _, filter := range c.manager.HttpFilters {
		if filter.GetConfigDiscovery() != nil {
			names = append(names, filter.Name)
		}
	}
	return names
}

// holds judges that bodies are held back right before the router where they are bound and over-long ones refused: whole
// requests reach a service, or nothing.
func (j *judgement) holds(chain chain) {
	body := j.policy.Tenancy.Body
	expected := body != nil && body.OverLimit == "refuse"
	held := false
	for index, filter := range chain.manager.HttpFilters {
		matched := unpack[matching.ExtensionWithMatcher](filter.GetTypedConfig())
		if matched == nil {
			continue
		}
		bounded := unpack[buffer.Buffer](matched.GetExtensionConfig().GetTypedConfig())
		if bounded == nil {
			continue
		}
		held = true
		if !expected {
			j.wrong("%s: %s holds bodies, and the policy binds none", j.gateway, chain)
			continue
		}
		if index != len(chain.manager.HttpFilters)-2 {
			j.wrong("%s: %s holds bodies too early", j.gateway, chain)
		}
		if limit := int64(bounded.MaxRequestBytes.GetValue()); limit < int64(body.Limit) {
			j.wrong("%s: %s holds %d bytes, and the policy reads %d", j.gateway, chain, limit, body.Limit)
		}
	}
	if expected && !held {
		j.wrong("%s: %s does not hold bodies until they are bound", j.gateway, chain)
	}
}

// forgets judges that Envoy's tracer does not see the trace that a client sends, unless the policy trusts clients. Where the
// filter is the tracer, it sees to that itself.
func (j *judgement) forgets(chain chain) {
	expected := j.enrich() && !j.policy.Tracing.TrustClientTrace
	removed := map[string]bool{}
	for _, extension := range chain.manager.EarlyHeaderMutationExtensions {
		if headers := unpack[mutation.HeaderMutation](extension.GetTypedConfig()); headers != nil {
			for _, change := range headers.GetMutations() {
				removed[change.GetRemove()] = true
			}
		}
	}
	for _, header := range []string{"traceparent", "tracestate"} {
		if removed[header] != expected {
			j.wrong("%s: %s removes the client's %s: %t, expected %t", j.gateway, chain, header, removed[header], expected)
		}
	}
}
