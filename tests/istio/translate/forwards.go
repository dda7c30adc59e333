package translate

import (
	"fmt"
	"slices"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"istio.io/istio/pilot/test/xdstest"

	"tenantry/tests/istio/internal/policy"
)

const (
	// ownCertificate and meshRoots are the names by which proxies get their certificate and the mesh's root.
	ownCertificate = "default"
	meshRoots      = "ROOTCA"
)

// forwards judges both ends of the way from one cluster's gateway to another's: gateways show each other the certificates of
// the mesh, and take nobody else's.
func forwards(j *judgement) {
	for _, chain := range j.gateway.chains(j.t) {
		if chain.listener.Name == j.forwardListener() {
			j.takesForwards(chain)
		}
	}
	for _, remote := range j.remotes() {
		j.leaves(remote)
	}
}

// forwardListener is where the gateway takes forwards.
func (j *judgement) forwardListener() string {
	return fmt.Sprintf("0.0.0.0_%d", j.policy.Clusters[j.cluster.Name].ForwardPort)
}

// takesForwards judges the receiving end.
func (j *judgement) takesForwards(chain chain) {
	j.named(chain, j.hosts())
	context := xdstest.UnmarshalAny[tls.DownstreamTlsContext](j.t, chain.chain.GetTransportSocket().GetTypedConfig())
	if !context.GetRequireClientCertificate().GetValue() {
		j.wrong("%s: %s asks for no certificate", j.gateway, chain)
	}
	common := context.GetCommonTlsContext()
	j.meshCertificates(chain.String(), common)
	if names, expected := subjectsOf(common), []string{j.identity(policy.IngressCaller)}; !slices.Equal(names, expected) {
		j.wrong("%s: %s lets %v in, expected %v", j.gateway, chain, names, expected)
	}
	// What the other gateway offers is not among these, so that the first bytes tell the version of HTTP.
	if !slices.Equal(common.GetAlpnProtocols(), []string{"h2", "http/1.1"}) {
		j.wrong("%s: %s speaks %v", j.gateway, chain, common.GetAlpnProtocols())
	}
}

// leaves judges the sending end: the other gateway's address and port, the name that it serves, and that it has to be a
// gateway of the mesh.
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
	j.meshCertificates(name, context.GetCommonTlsContext())
	if context.Sni != to.serverName {
		j.wrong("%s: %s is called as %s, expected %s", j.gateway, name, context.Sni, to.serverName)
	}
	if names, expected := subjects(context), []string{j.identity(policy.IngressCaller)}; !slices.Equal(names, expected) {
		j.wrong("%s: %s is taken for %v, expected %v", j.gateway, name, names, expected)
	}
	if protocols := context.GetCommonTlsContext().GetAlpnProtocols(); !slices.Contains(protocols, "istio") {
		j.wrong("%s: %s is offered %v, and not the mesh's own protocol", j.gateway, name, protocols)
	}
}

// meshCertificates judges that an end shows its certificate of the mesh, and believes in the mesh's root.
func (j *judgement) meshCertificates(where string, context *tls.CommonTlsContext) {
	shown := context.GetTlsCertificateSdsSecretConfigs()
	if len(shown) != 1 || shown[0].Name != ownCertificate {
		j.wrong("%s: %s shows the certificates %v, expected the gateway's own", j.gateway, where, shown)
	}
	if roots := context.GetCombinedValidationContext().GetValidationContextSdsSecretConfig().GetName(); roots != meshRoots {
		j.wrong("%s: %s trusts the roots `%s`, expected the mesh's", j.gateway, where, roots)
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
