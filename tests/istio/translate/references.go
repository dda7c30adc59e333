package translate

import (
	"slices"
	"strings"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	"tenantry/tests/istio/internal/mesh"
)

// references judges that whatever a proxy's configuration names is there, and that it knows of nothing that it may not
// call.
func references(j *judgement) {
	for _, proxy := range j.proxies() {
		for _, chain := range proxy.chains(j.t) {
			config := chain.manager.GetRouteConfig()
			if rds := chain.manager.GetRds(); rds != nil {
				config = proxy.Routes[rds.RouteConfigName]
			}
			if config == nil || len(config.VirtualHosts) == 0 {
				j.wrong("%s: %s has no routes", proxy, chain)
				continue
			}
			for _, host := range config.VirtualHosts {
				for _, route := range host.Routes {
					j.leads(proxy, config.Name, route)
				}
			}
		}
		for _, name := range proxy.discovered(j.t) {
			if proxy.Extensions[name] == nil {
				j.wrong("%s: the extension %s is missing", proxy, name)
			}
		}
	}
	for _, sidecar := range j.sidecars {
		j.scope(sidecar)
	}
}

// leads judges that a route leads somewhere.
func (j *judgement) leads(proxy *Proxy, config string, route *route.Route) {
	for _, name := range destinations(route) {
		if name == "PassthroughCluster" || name == "InboundPassthroughCluster" {
			continue
		}
		found := proxy.Clusters[name]
		switch {
		case found == nil || strings.Contains(name, "BlackHole"):
			j.wrong("%s: the route %s of %s leads to %s, which is nowhere", proxy, route.Name, config, name)
		case strings.HasPrefix(name, "inbound|"):
			// To the pod's own port, wherever it is.
		case len(addresses(proxy, found)) == 0:
			j.wrong("%s: the route %s of %s leads to %s, which has no endpoints", proxy, route.Name, config, name)
		}
	}
}

// destinations are the Envoy clusters that a route can lead to.
func destinations(route *route.Route) []string {
	action := route.GetRoute()
	if action == nil {
		return nil
	}
	if name := action.GetCluster(); name != "" {
		return []string{name}
	}
	var names []string
	for _, share := range action.GetWeightedClusters().GetClusters() {
		names = append(names, share.Name)
	}
	return names
}

// addresses are the endpoints of a cluster.
func addresses(proxy *Proxy, cluster *cluster.Cluster) []string {
	assignment := proxy.Endpoints[cluster.Name]
	if assignment == nil {
		assignment = cluster.LoadAssignment
	}
	var found []string
	for _, endpoint := range lbEndpoints(assignment) {
		found = append(found, endpoint.GetEndpoint().GetAddress().GetSocketAddress().GetAddress())
	}
	slices.Sort(found)
	return found
}

func lbEndpoints(assignment *endpoint.ClusterLoadAssignment) []*endpoint.LbEndpoint {
	var found []*endpoint.LbEndpoint
	for _, locality := range assignment.GetEndpoints() {
		found = append(found, locality.LbEndpoints...)
	}
	return found
}

// scope judges that a sidecar knows the services that it may call, the collector, what runs in Istio's own namespace, and no
// other.
func (j *judgement) scope(sidecar sidecar) {
	known := map[string]bool{}
	for name := range sidecar.Clusters {
		if parts := strings.Split(name, "|"); parts[0] == "outbound" {
			known[parts[3]] = true
		}
	}
	expected := map[string]bool{}
	for _, service := range j.services() {
		if j.calls(sidecar.Proxy, service) {
			expected[j.host(service)] = true
		}
	}
	if j.policy.Tracing != nil {
		expected[j.host(j.policy.Tracing.Phoenix.Service)] = true
	}
	for host := range expected {
		if !known[host] {
			j.wrong("%s: does not know %s", sidecar, host)
		}
	}
	for host := range known {
		if !expected[host] && !strings.HasSuffix(host, "."+mesh.System+".svc.cluster.local") {
			j.wrong("%s: knows %s, which it may not call", sidecar, host)
		}
	}
}
