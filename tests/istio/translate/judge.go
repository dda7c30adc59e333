// Package translate judges what istiod makes of the compiled resources: the configuration of every proxy in the mesh.
//
// What has to be in it is read from the policy file. Each concern has a file of its own.
package translate

import (
	"fmt"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/mesh"
	"tenantry/tests/istio/internal/policy"
)

// concerns are what is judged, each on its own.
var concerns = []func(*judgement){
	listeners,
	references,
	filters,
	routes,
	clusters,
	mtls,
	forwards,
	unavailable,
	authorization,
	tracing,
	untraced,
	accessLog,
	bystanders,
	neighbours,
}

// Judge says what is wrong with the translation of a cluster's resources, a line each.
func Judge(t testing.TB, file compiled.Policy, cluster compiled.Cluster) []string {
	t.Helper()
	istiod := Start(t, file, cluster)
	j := &judgement{
		t: t, policy: policy.Read(t, file.Path), cluster: cluster, mesh: istiod.server.Env().Mesh(),
		misled: map[string]bool{}, faults: istiod.Refused,
	}
	j.place(istiod.Proxies(t))
	j.bystander = istiod.Bystander(t)
	j.beside = istiod.sidecarIn(t, j.policy.Metadata.Namespace)
	j.within = istiod.sidecarIn(t, mesh.System)
	for _, concern := range concerns {
		known := len(j.faults)
		concern(j)
		// Much of a proxy's configuration is in maps.
		slices.Sort(j.faults[known:])
	}
	return j.faults
}

// place tells the proxies apart; one that belongs nowhere is a fault of the test.
func (j *judgement) place(proxies []*Proxy) {
	for _, proxy := range proxies {
		switch proxy.Pod.Labels["istio"] {
		case "ingressgateway":
			j.gateway = proxy
			continue
		case "egressgateway":
			j.egress = proxy
			continue
		}
		service := ""
		for _, name := range j.services() {
			if labels.SelectorFromSet(j.policy.Services[name].Labels).Matches(labels.Set(proxy.Pod.Labels)) {
				service = name
			}
		}
		if service == "" {
			j.t.Fatalf("the proxy of %s belongs to no service", proxy)
		}
		j.sidecars = append(j.sidecars, sidecar{Proxy: proxy, service: service})
	}
	if j.gateway == nil || len(j.sidecars) == 0 {
		j.t.Fatalf("a mesh without a gateway or without sidecars")
	}
}

// proxies are all proxies, the gateway first.
func (j *judgement) proxies() []*Proxy {
	all := []*Proxy{j.gateway}
	if j.egress != nil {
		all = append(all, j.egress)
	}
	for _, sidecar := range j.sidecars {
		all = append(all, sidecar.Proxy)
	}
	return all
}

// wrong notes a fault, once.
func (j *judgement) wrong(format string, values ...any) {
	if fault := fmt.Sprintf(format, values...); !slices.Contains(j.faults, fault) {
		j.faults = append(j.faults, fault)
	}
}
