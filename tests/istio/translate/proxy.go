package translate

import (
	"fmt"
	"testing"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	manager "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	corev1 "k8s.io/api/core/v1"

	"istio.io/istio/pilot/test/xdstest"
)

// Proxy is one proxy's configuration, as it comes over xDS.
type Proxy struct {
	Pod        *corev1.Pod
	Listeners  []*listener.Listener
	Clusters   map[string]*cluster.Cluster
	Routes     map[string]*route.RouteConfiguration
	Endpoints  map[string]*endpoint.ClusterLoadAssignment
	Extensions map[string]*core.TypedExtensionConfig
}

func newProxy(pod *corev1.Pod) *Proxy {
	return &Proxy{
		Pod:        pod,
		Clusters:   map[string]*cluster.Cluster{},
		Routes:     map[string]*route.RouteConfiguration{},
		Endpoints:  map[string]*endpoint.ClusterLoadAssignment{},
		Extensions: map[string]*core.TypedExtensionConfig{},
	}
}

// String names the proxy as messages do.
func (p *Proxy) String() string { return p.Pod.Name }

// chain is a filter chain that speaks HTTP.
type chain struct {
	listener *listener.Listener
	chain    *listener.FilterChain
	manager  *manager.HttpConnectionManager
}

// String says where the chain is: the listener's name, and the chain's where it has one.
func (c chain) String() string {
	if c.chain.Name == "" {
		return c.listener.Name
	}
	return fmt.Sprintf("%s, %s", c.listener.Name, c.chain.Name)
}

// chains are the proxy's HTTP filter chains, default ones included.
func (p *Proxy) chains(t testing.TB) []chain {
	var chains []chain
	for _, on := range p.Listeners {
		all := on.FilterChains
		if on.DefaultFilterChain != nil {
			all = append(all[:len(all):len(all)], on.DefaultFilterChain)
		}
		for _, filters := range all {
			if http := xdstest.ExtractHTTPConnectionManager(t, filters); http != nil {
				chains = append(chains, chain{on, filters, http})
			}
		}
	}
	return chains
}

// inbound tells whether the listener takes what comes to a sidecar's pod.
func (c chain) inbound() bool { return c.listener.TrafficDirection == core.TrafficDirection_INBOUND }

// position is where the filter of that name stands; none is -1.
func (c chain) position(name string) int {
	for index, filter := range c.manager.HttpFilters {
		if filter.Name == name {
			return index
		}
	}
	return -1
}

// discovered are the filters that are fetched over ECDS.
func (p *Proxy) discovered(t testing.TB) []string {
	var names []string
	for _, chain := range p.chains(t) {
		for _, filter := range chain.manager.HttpFilters {
			if filter.GetConfigDiscovery() != nil {
				names = append(names, filter.Name)
			}
		}
	}
	return names
}
