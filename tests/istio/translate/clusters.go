package translate

import (
	"math"
	"slices"
	"strings"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	http "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
	"k8s.io/apimachinery/pkg/labels"

	"tenantry/tests/istio/internal/policy"
)

// clusters judges what stands between a proxy and the services that it may call: limits, ejection, protocol, and that a
// release's pods are its own.
func clusters(j *judgement) {
	for _, proxy := range j.proxies() {
		for _, name := range j.services() {
			if !j.calls(proxy, name) {
				continue
			}
			service := j.policy.Services[name]
			j.judgeCluster(proxy, j.outbound(name, ""), service, service.Labels)
			for _, release := range service.Releases {
				j.judgeCluster(proxy, j.outbound(name, release.Name), service, service.Labels, release.Labels)
			}
		}
	}
}

func (j *judgement) judgeCluster(proxy *Proxy, name string, service policy.Service, selectors ...map[string]string) {
	found := proxy.Clusters[name]
	if found == nil {
		j.wrong("%s: the cluster %s is missing", proxy, name)
		return
	}
	j.limits(proxy, found, service.CircuitBreaker)
	j.ejects(proxy, found, service.CircuitBreaker)
	if http2 := speaksHTTP2(found); http2 != (service.Protocol != "http") {
		j.wrong("%s: %s speaks HTTP/2: %t, and the service speaks %s", proxy, name, http2, service.Protocol)
	}
	var expected []string
	for _, sidecar := range j.sidecars {
		if !slices.ContainsFunc(selectors, func(selector map[string]string) bool {
			return !labels.SelectorFromSet(selector).Matches(labels.Set(sidecar.Pod.Labels))
		}) {
			expected = append(expected, sidecar.Pod.Status.PodIP)
		}
	}
	if seen := addresses(proxy, found); !sameSet(seen, expected) {
		j.wrong("%s: %s has the endpoints %v, expected %v", proxy, name, seen, expected)
	}
}

// limits judges a circuit breaker's; Istio writes the largest number for none.
func (j *judgement) limits(proxy *Proxy, found *cluster.Cluster, breaker *policy.CircuitBreaker) {
	if breaker == nil {
		breaker = &policy.CircuitBreaker{}
	}
	thresholds := found.GetCircuitBreakers().GetThresholds()
	if len(thresholds) != 1 {
		j.wrong("%s: %s has the thresholds %v", proxy, found.Name, thresholds)
		return
	}
	perConnection := protocolOptions(found).GetCommonHttpProtocolOptions().GetMaxRequestsPerConnection()
	for _, limit := range []struct {
		what     string
		expected int
		seen     *wrapperspb.UInt32Value
	}{
		{"connections", breaker.Connections, thresholds[0].MaxConnections},
		{"requests that wait", breaker.Pending, thresholds[0].MaxPendingRequests},
		{"requests", breaker.Requests, thresholds[0].MaxRequests},
		{"requests on a connection", breaker.PerConnection, perConnection},
	} {
		seen := limit.seen.GetValue()
		if seen == math.MaxUint32 {
			seen = 0
		}
		if seen != uint32(limit.expected) {
			j.wrong("%s: %s has a limit of %d %s, expected %d (0 is none)", proxy, found.Name, seen, limit.what, limit.expected)
		}
	}
}

// ejects judges outlier detection.
func (j *judgement) ejects(proxy *Proxy, found *cluster.Cluster, breaker *policy.CircuitBreaker) {
	detection := found.GetOutlierDetection()
	if breaker == nil || breaker.Eject == nil {
		if detection != nil {
			j.wrong("%s: %s ejects endpoints, and nobody asked for it", proxy, found.Name)
		}
		return
	}
	eject := breaker.Eject
	if int(detection.GetConsecutive_5Xx().GetValue()) != eject.After5xx || detection.GetEnforcingConsecutive_5Xx().GetValue() != 100 ||
		policy.Duration(detection.GetInterval().AsDuration()) != eject.Interval ||
		policy.Duration(detection.GetBaseEjectionTime().AsDuration()) != eject.For ||
		policy.Percent(detection.GetMaxEjectionPercent().GetValue()) != eject.Most {
		j.wrong("%s: %s ejects by %v, expected %+v", proxy, found.Name, detection, *eject)
	}
	// Envoy stops ejecting below this share of healthy endpoints; none at all would keep unready ones in.
	panic := policy.Percent(found.GetCommonLbConfig().GetHealthyPanicThreshold().GetValue())
	if panic == 0 || eject.MinHealth != nil && panic != *eject.MinHealth {
		j.wrong("%s: %s ejects down to %v%% of its endpoints, expected %v", proxy, found.Name, panic, eject.MinHealth)
	}
	if found.GetCommonLbConfig().GetLocalityWeightedLbConfig() != nil {
		j.wrong("%s: %s prefers its locality, and nobody asked for it", proxy, found.Name)
	}
}

func protocolOptions(found *cluster.Cluster) *http.HttpProtocolOptions {
	for name, packed := range found.GetTypedExtensionProtocolOptions() {
		if strings.HasSuffix(name, "HttpProtocolOptions") {
			return unpack[http.HttpProtocolOptions](packed)
		}
	}
	return nil
}

// speaksHTTP2 tells whether a proxy always sends HTTP/2.
func speaksHTTP2(found *cluster.Cluster) bool {
	return protocolOptions(found).GetExplicitHttpConfig().GetHttp2ProtocolOptions() != nil
}
