package run

import (
	"fmt"
	"strings"
	"testing"

	meshconfig "istio.io/api/mesh/v1alpha1"
	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config"
	corev1 "k8s.io/api/core/v1"
)

// withoutStats takes `istio.stats` out, which only Istio's build of Envoy has.
func withoutStats(mesh *meshconfig.MeshConfig) {
	mesh.DefaultProviders = &meshconfig.MeshConfig_DefaultProviders{}
}

// patches are EnvoyFilters for one pod: it listens on its own address only, and a sidecar reads a connection's destination
// from the PROXY protocol and not from iptables.
func patches(t testing.TB, pod *corev1.Pod) []config.Config {
	t.Helper()
	var patches strings.Builder
	listener := func(context, match string) {
		fmt.Fprintf(&patches, `
  - applyTo: LISTENER
    match: {context: %s%s, proxy: {metadata: {NAME: %s}}}
    patch: {operation: MERGE, value: {address: {socket_address: {address: %s}}}}
`, context, match, pod.Name, pod.Status.PodIP)
	}
	if !sidecar(pod) {
		listener("GATEWAY", "")
	} else {
		listener("SIDECAR_INBOUND", ", listener: {name: virtualInbound}")
		listener("SIDECAR_OUTBOUND", ", listener: {name: virtualOutbound}")
		fmt.Fprintf(&patches, `
  - applyTo: LISTENER_FILTER
    match:
      context: SIDECAR_INBOUND
      listener: {name: virtualInbound, listenerFilter: envoy.filters.listener.original_dst}
      proxy: {metadata: {NAME: %s}}
    patch:
      operation: REPLACE
      value:
        name: envoy.filters.listener.proxy_protocol
        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol}
  # Here Envoy itself puts the listener filter that asks iptables behind all others; this old field puts one behind that.
  - applyTo: FILTER_CHAIN
    match: {context: SIDECAR_OUTBOUND, listener: {name: virtualOutbound}, proxy: {metadata: {NAME: %s}}}
    patch: {operation: MERGE, value: {use_proxy_proto: true}}
`, pod.Name, pod.Name)
	}
	return parse(t, fmt.Sprintf(`
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: %s-on-loopback, namespace: %s}
spec:
  configPatches:%s`, pod.Name, pod.Namespace, patches.String()))
}

// reachable gives the other clusters' public names the addresses that DNS and a load balancer would lead to.
func reachable(t testing.TB, configs []config.Config, gateways map[string]*cluster) {
	t.Helper()
	for _, object := range configs {
		entry, is := object.Spec.(*networking.ServiceEntry)
		if !is {
			continue
		}
		there, is := gateways[entry.Hosts[0]]
		if !is {
			continue
		}
		endpoint := &networking.WorkloadEntry{Address: there.gateway.Status.PodIP, Ports: map[string]uint32{}}
		for _, port := range entry.Ports {
			endpoint.Ports[port.Name] = there.inPod(t, port.Number)
		}
		entry.Endpoints = []*networking.WorkloadEntry{endpoint}
	}
}

func parse(t testing.TB, text string) []config.Config {
	t.Helper()
	configs, unknown, err := crd.ParseInputs(text)
	if err != nil || len(unknown) > 0 {
		t.Fatalf("%v, %v:\n%s", err, unknown, text)
	}
	return configs
}
