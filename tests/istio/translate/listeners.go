package translate

import (
	"slices"

	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"istio.io/istio/pilot/test/xdstest"
)

const (
	plainListener  = "0.0.0.0_8080"
	secureListener = "0.0.0.0_8443"
)

// listeners judges where the proxies listen: the gateway on HTTPS with the policy's certificate, on HTTP to send clients there,
// and on a port for what other clusters forward; sidecars on their service's port, the egress gateway nowhere.
func listeners(j *judgement) {
	expected := []string{plainListener}
	if j.policy.Ingress.TLS != nil {
		expected = append(expected, secureListener)
	}
	if j.policy.Forwards() {
		expected = append(expected, j.forwardListener())
	}
	slices.Sort(expected)
	names := xdstest.ExtractListenerNames(j.gateway.Listeners)
	slices.Sort(names)
	if !slices.Equal(names, expected) {
		j.wrong("%s: listens on %v, expected %v", j.gateway, names, expected)
	}
	for _, chain := range j.gateway.chains(j.t) {
		j.normalises(j.gateway, chain)
		if chain.listener.Name == secureListener {
			j.serves(chain)
		}
	}
	j.redirects()
	if j.egress != nil && len(j.egress.Listeners) > 0 {
		j.wrong("%s: listens on %v, and no policy sends anything there", j.egress, xdstest.ExtractListenerNames(j.egress.Listeners))
	}
	for _, sidecar := range j.sidecars {
		port := j.policy.Services[sidecar.service].Port
		found := false
		for _, chain := range sidecar.chains(j.t) {
			if !chain.inbound() {
				continue
			}
			j.normalises(sidecar.Proxy, chain)
			found = found || chain.chain.GetFilterChainMatch().GetDestinationPort().GetValue() == uint32(port)
		}
		if !found {
			j.wrong("%s: no HTTP filter chain for the port %d of %s", sidecar, port, sidecar.service)
		}
	}
}

// named judges that a chain of the gateway that ends TLS does so for these names.
func (j *judgement) named(chain chain, hosts []string) {
	match := chain.chain.GetFilterChainMatch().GetServerNames()
	if slices.Contains(hosts, "*") {
		// Every name, so that none is asked for.
		hosts = nil
	}
	if !sameSet(match, hosts) {
		j.wrong("%s: %s serves %v, expected %v", j.gateway, chain, match, hosts)
	}
}

// serves judges a chain for clients.
func (j *judgement) serves(chain chain) {
	hosts := j.hosts()
	if j.policy.Ingress.HasFrontDoor("aws-alb") {
		// Its handshakes name no host.
		hosts = []string{"*"}
	}
	j.named(chain, hosts)
	context := xdstest.UnmarshalAny[tls.DownstreamTlsContext](j.t, chain.chain.GetTransportSocket().GetTypedConfig())
	secrets := context.GetCommonTlsContext().GetTlsCertificateSdsSecretConfigs()
	expected := "kubernetes://" + j.policy.Ingress.TLS.Secret
	if len(secrets) != 1 || secrets[0].Name != expected {
		j.wrong("%s: %s has the certificates %v, expected %s", j.gateway, chain, secrets, expected)
	}
	if context.GetRequireClientCertificate().GetValue() {
		j.wrong("%s: %s asks clients for a certificate", j.gateway, chain)
	}
	if version := context.GetCommonTlsContext().GetTlsParams().GetTlsMinimumProtocolVersion(); version < tls.TlsParameters_TLSv1_2 {
		j.wrong("%s: %s takes %s", j.gateway, chain, version)
	}
}

// redirects judges that nobody is served without TLS where the policy has a certificate.
func (j *judgement) redirects() {
	if j.policy.Ingress.TLS == nil {
		return
	}
	plain := j.gateway.Routes["http.8080"]
	if plain == nil || len(plain.VirtualHosts) == 0 {
		j.wrong("%s: no routes for plain HTTP", j.gateway)
		return
	}
	for _, host := range plain.VirtualHosts {
		if host.RequireTls != route.VirtualHost_ALL {
			j.wrong("%s: %v is served without TLS", j.gateway, host.Domains)
		}
	}
}

// normalises judges that a path has one reading, the filter's.
func (j *judgement) normalises(proxy *Proxy, chain chain) {
	manager := chain.manager
	if !manager.NormalizePath.GetValue() || !manager.MergeSlashes || manager.PathWithEscapedSlashesAction.String() != "UNESCAPE_AND_FORWARD" {
		j.wrong("%s: %s does not normalise paths", proxy, chain)
	}
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}
