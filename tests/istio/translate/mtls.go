package translate

import (
	"fmt"
	"slices"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"

	"tenantry/tests/istio/internal/policy"
)

// mtls judges who may connect to a sidecar, and how proxies connect to services and to other clusters.
func mtls(j *judgement) {
	for _, sidecar := range j.sidecars {
		j.takes(sidecar)
	}
	for _, proxy := range j.proxies() {
		for _, name := range j.services() {
			if !j.calls(proxy, name) {
				continue
			}
			j.presents(proxy, name, "")
			for _, release := range j.policy.Services[name].Releases {
				j.presents(proxy, name, release.Name)
			}
		}
	}
	for _, remote := range j.remotes() {
		j.leaves(remote)
	}
}

// takes judges every way into a pod: with `strict` all ask for a certificate of the mesh, with `permissive` there is one
// that takes plain text as well.
func (j *judgement) takes(sidecar sidecar) {
	plain := 0
	for _, on := range sidecar.Listeners {
		if on.Name != "virtualInbound" {
			continue
		}
		for _, chain := range on.FilterChains {
			if chain.Name == "virtualInbound-blackhole" {
				// Istio's guard against loops, which drops what it takes.
				continue
			}
			context := unpack[tls.DownstreamTlsContext](chain.GetTransportSocket().GetTypedConfig())
			if context == nil {
				plain++
				if j.policy.Mesh.MTLS == "strict" {
					j.wrong("%s: the filter chain %s takes plain text", sidecar, chain.Name)
				}
				continue
			}
			if !context.GetRequireClientCertificate().GetValue() {
				j.wrong("%s: the filter chain %s asks for no certificate", sidecar, chain.Name)
			}
		}
	}
	if j.policy.Mesh.MTLS == "permissive" && plain == 0 {
		j.wrong("%s: takes no plain text, and the policy is permissive", sidecar)
	}
}

// presents judges that a proxy shows its certificate to a service and asks for the service's own.
func (j *judgement) presents(proxy *Proxy, service, release string) {
	found := proxy.Clusters[j.outbound(service, release)]
	if found == nil {
		// A missing cluster is a fault of the clusters.
		return
	}
	context := mutual(found)
	if context == nil {
		j.wrong("%s: %s is called without mutual TLS", proxy, found.Name)
		return
	}
	if len(context.GetCommonTlsContext().GetTlsCertificateSdsSecretConfigs()) != 1 {
		j.wrong("%s: %s is called without a certificate", proxy, found.Name)
	}
	sni := fmt.Sprintf("outbound_.%d_.%s_.%s", j.policy.Services[service].Port, release, j.host(service))
	if context.Sni != sni {
		j.wrong("%s: %s is called as %s, expected %s", proxy, found.Name, context.Sni, sni)
	}
	if names, expected := subjects(context), []string{j.identity(service)}; !slices.Equal(names, expected) {
		j.wrong("%s: %s is taken for %v, expected %v", proxy, found.Name, names, expected)
	}
	for _, endpoint := range lbEndpoints(proxy.Endpoints[found.Name]) {
		matched := endpoint.GetMetadata().GetFilterMetadata()["envoy.transport_socket_match"].GetFields()["tlsMode"].GetStringValue()
		if matched != "istio" {
			j.wrong("%s: an endpoint of %s is called in plain text", proxy, found.Name)
		}
	}
}

// mutual is the TLS that a cluster uses for endpoints with a sidecar.
func mutual(found *cluster.Cluster) *tls.UpstreamTlsContext {
	for _, match := range found.GetTransportSocketMatches() {
		if match.GetMatch().GetFields()["tlsMode"].GetStringValue() == "istio" {
			return unpack[tls.UpstreamTlsContext](match.GetTransportSocket().GetTypedConfig())
		}
	}
	return unpack[tls.UpstreamTlsContext](found.GetTransportSocket().GetTypedConfig())
}

// subjects are the names of which a certificate has to carry one.
func subjects(context *tls.UpstreamTlsContext) []string {
	validation := context.GetCommonTlsContext().GetCombinedValidationContext().GetDefaultValidationContext()
	var names []string
	for _, matcher := range validation.GetMatchSubjectAltNames() {
		names = append(names, matcher.GetExact())
	}
	for _, matcher := range validation.GetMatchTypedSubjectAltNames() {
		names = append(names, matcher.GetMatcher().GetExact())
	}
	return names
}

// leaves judges the way to another cluster's gateway: its address, and a certificate of a public authority for a name that
// it serves.
func (j *judgement) leaves(to remote) {
	name := fmt.Sprintf("outbound|%d||%s", to.port, to.host)
	found := j.gateway.Clusters[name]
	if found == nil {
		j.wrong("%s: the cluster %s is missing", j.gateway, name)
		return
	}
	if discovery := found.GetType(); discovery != cluster.Cluster_STRICT_DNS && discovery != cluster.Cluster_LOGICAL_DNS {
		j.wrong("%s: %s is found by %s, expected by DNS", j.gateway, name, discovery)
	}
	endpoints := lbEndpoints(found.LoadAssignment)
	if len(endpoints) != 1 || endpoints[0].GetEndpoint().GetAddress().GetSocketAddress().GetAddress() != to.host ||
		endpoints[0].GetEndpoint().GetAddress().GetSocketAddress().GetPortValue() != uint32(to.port) {
		j.wrong("%s: %s leads to %v, expected %s:%d", j.gateway, name, endpoints, to.host, to.port)
	}
	// gRPC is lost in HTTP/1.1.
	if options := protocolOptions(found); j.grpcAtEdge() && options.GetUseDownstreamProtocolConfig() == nil && !speaksHTTP2(found) {
		j.wrong("%s: %s is spoken to in HTTP/1.1, and a service speaks gRPC", j.gateway, name)
	}
	context := unpack[tls.UpstreamTlsContext](found.GetTransportSocket().GetTypedConfig())
	if context == nil {
		j.wrong("%s: %s is called without TLS", j.gateway, name)
		return
	}
	if context.Sni != to.serverName || !slices.Equal(subjects(context), []string{to.serverName}) {
		j.wrong("%s: %s is called as %s and taken for %v, expected %s", j.gateway, name, context.Sni, subjects(context), to.serverName)
	}
	roots := context.GetCommonTlsContext().GetCombinedValidationContext().GetValidationContextSdsSecretConfig().GetName()
	if roots != "file-root:system" {
		j.wrong("%s: %s is trusted by %s, expected by the system's authorities", j.gateway, name, roots)
	}
}

// grpcAtEdge tells whether the gateway calls a service that speaks gRPC.
func (j *judgement) grpcAtEdge() bool {
	for _, service := range j.policy.Services {
		if service.Protocol == "grpc" && service.CalledBy(policy.IngressCaller) {
			return true
		}
	}
	return false
}
