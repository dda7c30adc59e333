package translate

import (
	rbac "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	jwt "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/jwt_authn/v3"
	authz "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	tcpauthz "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/rbac/v3"
)

// authorization judges who is let in: at each sidecar the policy's callers, by their identities, and at the gateway whoever
// brings the token that the policy asks for; on the port for forwards, gateways alone.
func authorization(j *judgement) {
	for _, sidecar := range j.sidecars {
		for _, chain := range sidecar.chains(j.t) {
			if chain.inbound() {
				j.admits(sidecar, chain.String(), httpRules(chain))
			}
		}
		for _, on := range sidecar.Listeners {
			for _, chain := range on.FilterChains {
				for _, filter := range chain.Filters {
					if rules := unpack[tcpauthz.RBAC](filter.GetTypedConfig()); rules != nil {
						j.admits(sidecar, on.Name+", "+chain.Name, []*rbac.RBAC{rules.Rules})
					}
				}
			}
		}
	}
	for _, chain := range j.gateway.chains(j.t) {
		j.verifies(chain)
		j.denies(chain)
	}
}

// httpRules are the chain's rules.
func httpRules(chain chain) []*rbac.RBAC {
	var rules []*rbac.RBAC
	for _, filter := range chain.manager.HttpFilters {
		if found := unpack[authz.RBAC](filter.GetTypedConfig()); found != nil {
			rules = append(rules, found.Rules)
		}
	}
	return rules
}

// admits judges whom a filter chain of a sidecar lets in.
func (j *judgement) admits(sidecar sidecar, where string, rules []*rbac.RBAC) {
	service := j.policy.Services[sidecar.service]
	var expected []string
	for _, caller := range service.Callers {
		expected = append(expected, j.identity(caller))
	}
	if j.policy.Mesh.MTLS == "permissive" && len(service.Callers) > 0 && !j.calls(j.gateway, sidecar.service) {
		// Callers without an identity yet; never past the gateway's filter.
		expected = append(expected, "not .+")
	}
	if len(rules) != 1 || rules[0].GetAction() != rbac.RBAC_ALLOW {
		j.wrong("%s: %s has no list of callers: %v", sidecar, where, rules)
		return
	}
	var admitted []string
	for name, policy := range rules[0].GetPolicies() {
		if len(policy.Principals) == 1 && policy.Principals[0].GetNotId().GetAny() {
			// Nobody: what an AuthorizationPolicy without rules becomes.
			continue
		}
		for _, permission := range policy.Permissions {
			if !anything(permission) {
				j.wrong("%s: %s: %s limits what callers may do: %v", sidecar, where, name, permission)
			}
		}
		for _, principal := range policy.Principals {
			admitted = append(admitted, identities(principal)...)
		}
	}
	if !sameSet(admitted, expected) {
		j.wrong("%s: %s lets %v in, expected %v", sidecar, where, admitted, expected)
	}
}

// verifies judges that the gateway verifies tokens as the policy says, and lets requests without one on to the filter.
func (j *judgement) verifies(chain chain) {
	token := j.policy.Tenancy.Token
	expected := token != nil && token.Issuer != "" && token.JWKS != ""
	at := chain.position(jwtFilter)
	if (at >= 0) != expected {
		j.wrong("%s: %s verifies tokens: %t, expected %t", j.gateway, chain, at >= 0, expected)
	}
	if at < 0 || !expected {
		return
	}
	verified := unpack[jwt.JwtAuthentication](chain.manager.HttpFilters[at].GetTypedConfig())
	if len(verified.GetProviders()) != 1 {
		j.wrong("%s: %s takes tokens of %d issuers", j.gateway, chain, len(verified.GetProviders()))
	}
	for _, provider := range verified.GetProviders() {
		if provider.Issuer != token.Issuer || provider.GetRemoteJwks().GetHttpUri().GetUri() != token.JWKS || !sameSet(provider.Audiences, token.Audiences) {
			j.wrong("%s: %s verifies tokens by %v, expected %s, %s, %v", j.gateway, chain, provider, token.Issuer, token.JWKS, token.Audiences)
		}
		// Where the filter reads the claim, and services may read the token themselves.
		if provider.PayloadInMetadata != "payload" || !provider.Forward {
			j.wrong("%s: %s does not hand tokens on: %v", j.gateway, chain, provider)
		}
	}
	if len(verified.Rules) != 1 || verified.Rules[0].GetMatch().GetPrefix() != "/" {
		j.wrong("%s: %s verifies tokens on some paths alone: %v", j.gateway, chain, verified.Rules)
	}
}
