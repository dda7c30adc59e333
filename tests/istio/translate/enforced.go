package translate

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tenantry/tests/istio/internal/policy"
)

// enforced is what a filter is told to enforce, as far as it is readable JSON. A compiled table of tenants is not.
type enforced struct {
	IDs, Elsewhere string
	Hosts, Exempt  []string
	Token          *struct {
		Claim    []string
		Required bool
	}
	Body *struct {
		Pointers  []string
		Limit     int64
		OverLimit string
	}
	Clusters map[string]struct{ Endpoint string }
	Tiers    map[string]struct{ Millirate, Burst int }
	Routes   []struct {
		Path, Service    string
		Methods, Tenants []string
	}
	Releases map[string][]struct {
		Name   string
		Weight int
		Sticky bool
		Header []string
	}
	Tenants  struct{ Inline map[string]enforcedTenant }
	Workload *struct{ Gateways, Callers []string }
}

type enforcedTenant struct {
	Cluster, Tier string
	Suspended     bool
}

// enforces judges that the filter is told to enforce what the policy says.
func (j *judgement) enforces(proxy *Proxy, text string) {
	var told enforced
	if err := json.Unmarshal([]byte(text), &told); err != nil {
		j.wrong("%s: the filter's configuration: %v", proxy, err)
		return
	}
	tenancy := j.policy.Tenancy
	clusters := map[string]struct{ Endpoint string }{}
	for name, cluster := range j.policy.Clusters {
		clusters[name] = struct{ Endpoint string }{cluster.Endpoint}
	}
	if told.IDs != tenancy.IDs || told.Elsewhere != tenancy.Elsewhere || !maps.Equal(told.Clusters, clusters) {
		j.wrong("%s: the filter takes ids as `%s` and %ss tenants of other clusters among %v", proxy, told.IDs, told.Elsewhere, told.Clusters)
	}
	j.enforcesTenants(proxy, told.Tenants.Inline)
	j.enforcesTiers(proxy, told)
	if proxy == j.gateway {
		j.enforcesAtGateway(told)
		return
	}
	for _, sidecar := range j.sidecars {
		if sidecar.Proxy == proxy {
			j.enforcesCallers(sidecar, told)
		}
	}
}

// enforcesTenants judges the table; tenants that come from files beside the policy may be in it as well.
func (j *judgement) enforcesTenants(proxy *Proxy, table map[string]enforcedTenant) {
	if table == nil {
		return
	}
	for id, tenant := range j.policy.Tenants {
		expected := enforcedTenant{tenant.Cluster, tenant.Tier, tenant.Status == "suspended"}
		if seen, known := table[id]; !known || seen != expected {
			j.wrong("%s: the filter's table has %+v for the tenant `%s`, expected %+v", proxy, seen, id, expected)
		}
	}
	for id := range table {
		if _, known := j.policy.Tenants[id]; !known && len(j.policy.TenantsFrom) == 0 {
			j.wrong("%s: the filter's table has a tenant `%s`, and the policy has not", proxy, id)
		}
	}
}

// enforcesTiers judges what tenants may spend.
func (j *judgement) enforcesTiers(proxy *Proxy, told enforced) {
	for name, tier := range j.policy.Tenancy.Tiers {
		if seen := told.Tiers[name]; seen.Millirate != millirate(tier.Rate) || tier.Burst != 0 && seen.Burst != tier.Burst {
			j.wrong("%s: the filter gives the tier `%s` %d thousandths of a request a second and %d at once, expected %+v",
				proxy, name, seen.Millirate, seen.Burst, tier)
		}
	}
}

// enforcesAtGateway judges what only the gateway decides.
func (j *judgement) enforcesAtGateway(told enforced) {
	tenancy := j.policy.Tenancy
	if !sameSet(told.Hosts, j.hosts()) || !sameSet(told.Exempt, tenancy.Exempt) {
		j.wrong("%s: the filter serves %v and exempts %v, expected %v and %v", j.gateway, told.Hosts, told.Exempt, j.hosts(), tenancy.Exempt)
	}
	if token := tenancy.Token; (token == nil) != (told.Token == nil) ||
		token != nil && (!slices.Equal(told.Token.Claim, token.Claim) || told.Token.Required != *token.Required) {
		j.wrong("%s: the filter holds tenants against the token %+v, expected %+v", j.gateway, told.Token, token)
	}
	if body := tenancy.Body; (body == nil) != (told.Body == nil) ||
		body != nil && (!slices.Equal(told.Body.Pointers, body.Pointers) || told.Body.Limit != int64(body.Limit) || told.Body.OverLimit != body.OverLimit) {
		j.wrong("%s: the filter holds tenants against the body %+v, expected %+v", j.gateway, told.Body, body)
	}
	for index, route := range j.policy.Routes {
		if index >= len(told.Routes) {
			j.wrong("%s: the filter does not know the route %s", j.gateway, route.Path)
			continue
		}
		seen := told.Routes[index]
		if seen.Path != route.Path || seen.Service != route.To || !sameSet(seen.Methods, route.Methods) || !sameSet(seen.Tenants, route.Tenants) {
			j.wrong("%s: the filter's route %d is %+v, expected %+v", j.gateway, index, seen, route)
		}
	}
	for name, service := range j.policy.Services {
		if service.Releases.Sticky() && j.calls(j.gateway, name) {
			j.deals(name, service.Releases, told)
		}
	}
}

// deals judges how the filter deals tenants out to a service's releases; weights are in hundredths of a percent.
func (j *judgement) deals(service string, releases policy.Releases, told enforced) {
	seen := told.Releases[service]
	for index, release := range releases {
		if index >= len(seen) || seen[index].Name != release.Name || seen[index].Weight != int(release.Weight*100) || seen[index].Sticky != (release.Sticky != "") {
			j.wrong("%s: the filter deals tenants out to %+v of %s, expected %+v", j.gateway, seen, service, releases)
			return
		}
		for header, value := range release.Header {
			if !slices.Equal(seen[index].Header, []string{strings.ToLower(header), value}) {
				j.wrong("%s: the filter sends %v to the release %s of %s, expected %s: %s", j.gateway, seen[index].Header, release.Name, service, header, value)
			}
		}
	}
}

// enforcesCallers judges whom a service's filter takes for whom.
func (j *judgement) enforcesCallers(at sidecar, told enforced) {
	var gateways, callers []string
	for _, caller := range j.policy.Services[at.service].Callers {
		if caller == policy.IngressCaller {
			gateways = append(gateways, j.identity(caller))
		} else {
			callers = append(callers, j.identity(caller))
		}
	}
	if told.Workload == nil || !sameSet(told.Workload.Gateways, gateways) || !sameSet(told.Workload.Callers, callers) {
		j.wrong("%s: the filter takes calls of %+v, expected of the gateways %v and of %v", at, told.Workload, gateways, callers)
	}
}

// millirate is a rate such as `600/m` in thousandths of a request a second; none is zero.
func millirate(rate string) int {
	number, unit, _ := strings.Cut(rate, "/")
	count, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	return count * 1000 / map[string]int{"s": 1, "m": 60, "h": 3600}[unit]
}
