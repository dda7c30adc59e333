package translate

import (
	"fmt"
	"slices"

	rbac "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"

	"tenantry/tests/istio/internal/policy"
)

// denies judges what a chain of the gateway refuses beside the filter: requests without a token where the policy requires one,
// and, on the port for forwards, whoever is no gateway.
func (j *judgement) denies(chain chain) {
	strangers := fmt.Sprintf("not %s", j.identity(policy.IngressCaller))
	var ofStrangers, ofTokens []*rbac.Policy
	rules := httpRules(chain)
	for _, list := range rules {
		if list.GetAction() != rbac.RBAC_DENY {
			j.wrong("%s: %s has a list of who may enter: %v", j.gateway, chain, list)
			continue
		}
		for _, one := range list.Policies {
			if len(one.Principals) == 1 && slices.Equal(identities(one.Principals[0]), []string{strangers}) {
				ofStrangers = append(ofStrangers, one)
			} else {
				ofTokens = append(ofTokens, one)
			}
		}
	}
	j.keepsOut(chain, ofStrangers)
	j.requires(chain, ofTokens)
}

// keepsOut judges the denial of whoever is no gateway, and that it is about the port for forwards alone.
func (j *judgement) keepsOut(chain chain, denials []*rbac.Policy) {
	if !j.policy.Forwards() {
		if len(denials) > 0 {
			j.wrong("%s: %s keeps strangers out, and nobody forwards: %v", j.gateway, chain, denials)
		}
		return
	}
	own := uint32(j.policy.Clusters[j.cluster.Name].ForwardPort)
	for _, denial := range denials {
		if ports, others := refused(denial.Permissions); slices.Equal(ports, []uint32{own}) && len(others) == 0 {
			return
		}
	}
	j.wrong("%s: %s does not keep whoever is no gateway out of the port %d: %v", j.gateway, chain, own, denials)
}

// requires judges that a request without a token is refused where the policy requires one, except on exempt paths.
func (j *judgement) requires(chain chain, denials []*rbac.Policy) {
	token := j.policy.Tenancy.Token
	expected := token != nil && token.Issuer != "" && token.JWKS != "" && *token.Required
	if !expected {
		if len(denials) > 0 {
			j.wrong("%s: %s refuses more than the filter does: %v", j.gateway, chain, denials)
		}
		return
	}
	if len(denials) != 1 {
		j.wrong("%s: %s does not require tokens: %v", j.gateway, chain, denials)
		return
	}
	port := chain.listener.GetAddress().GetSocketAddress().GetPortValue()
	ports, exempt := refused(denials[0].Permissions)
	if !slices.Contains(ports, port) {
		j.wrong("%s: %s does not require tokens on its own port, but on %v", j.gateway, chain, ports)
	}
	if !sameSet(exempt, j.policy.Tenancy.Exempt) {
		j.wrong("%s: %s requires no token on %v, expected %v", j.gateway, chain, exempt, j.policy.Tenancy.Exempt)
	}
	// The issuer is all that a verified token is sure to have; not each has a subject.
	if claims := lacking(denials[0].Principals); !sameSet(claims, []string{"payload.iss"}) {
		j.wrong("%s: %s refuses those without %v, expected those without a verified issuer", j.gateway, chain, claims)
	}
}
