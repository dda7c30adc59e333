package translate

import (
	"fmt"
	"slices"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
)

// mtls judges who may connect to a sidecar, and how proxies connect to services.
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
	return subjectsOf(context.GetCommonTlsContext())
}

func subjectsOf(context *tls.CommonTlsContext) []string {
	validation := context.GetCombinedValidationContext().GetDefaultValidationContext()
	var names []string
	for _, matcher := range validation.GetMatchSubjectAltNames() {
		names = append(names, matcher.GetExact())
	}
	for _, matcher := range validation.GetMatchTypedSubjectAltNames() {
		names = append(names, matcher.GetMatcher().GetExact())
	}
	return names
}
