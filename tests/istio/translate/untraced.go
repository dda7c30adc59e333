package translate

import (
	"strings"

	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
)

// untraced judges that Envoy's tracer leaves exempt paths alone, such as health checks, and nothing else.
func untraced(j *judgement) {
	for _, config := range j.gateway.Routes {
		for _, host := range j.hosts() {
			host = strings.Replace(host, "*", "any", 1)
			for _, method := range methods {
				for _, path := range j.policy.Tenancy.Exempt {
					j.spans(config, request{host: host, path: path, headers: map[string]string{":method": method}}, !j.enrich())
				}
				for _, served := range j.policy.Routes {
					path := strings.TrimSuffix(served.Path, "/") + "/not-exempt"
					j.spans(config, request{host: host, path: path, headers: map[string]string{":method": method}}, true)
				}
			}
		}
	}
}

// spans judges whether the tracer may make a span of a request that is served.
func (j *judgement) spans(config *route.RouteConfiguration, request request, expected bool) {
	taken := match(config, request)
	if taken.GetRoute() == nil {
		return
	}
	// Nothing said leaves it to the listener; all three at none is never, whatever a client asks for.
	sampling := taken.GetTracing()
	never := sampling != nil && sampling.GetClientSampling().GetNumerator() == 0 &&
		sampling.GetRandomSampling().GetNumerator() == 0 && sampling.GetOverallSampling().GetNumerator() == 0
	if never == expected {
		j.wrong("%s: spans of %s by the route `%s`: %t, expected %t", j.gateway, request, taken.Name, !never, expected)
	}
}
