package run

import (
	"cmp"
	"encoding/csv"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tenantry/tests/istio/internal/policy"
)

// derived are requests that follow from the policy: every tenant on every route and release, at every cluster.
func (w *world) derived(t testing.TB) []row {
	t.Helper()
	var rows []row
	for _, tenant := range w.tenants(t) {
		for _, at := range slices.Sorted(maps.Keys(w.clusters)) {
			for _, route := range w.policy.Routes {
				rows = append(rows, w.request(tenant, at, route, nil))
				for _, release := range w.policy.Services[route.To].Releases {
					if release.Header != nil {
						rows = append(rows, w.request(tenant, at, route, release.Header))
					}
				}
			}
		}
	}
	return rows
}

// request is one of a tenant for a place below a route.
func (w *world) request(tenant, at string, route policy.Route, headers map[string]string) row {
	made := row{Name: tenant + " to " + route.Path, At: at, Headers: []string{w.policy.Tenancy.Header + ": " + tenant}}
	method := "GET"
	if len(route.Methods) > 0 {
		method = route.Methods[0]
	}
	path := route.Path
	if path == "/" {
		path = ""
	}
	made.Send = method + " https://" + w.policy.Ingress.Hosts[0] + path + "/of/" + at + "?n=1"
	if token := w.policy.Tenancy.Token; token != nil && *token.Required {
		made.Token = tenant
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		made.Name += ", with " + name
		made.Headers = append(made.Headers, name+": "+headers[name])
	}
	return made
}

// tenants are those of the policy, and of each file of tenants the first, one in the middle and the last; whoever may send
// the most comes first.
func (w *world) tenants(t testing.TB) []string {
	t.Helper()
	tiers := map[string]string{}
	for id, tenant := range w.policy.Tenants {
		tiers[id] = tenant.Tier
	}
	for _, name := range w.policy.TenantsFrom {
		file, err := os.Open(filepath.Join(filepath.Dir(w.file.Path), name))
		if err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(file).ReadAll()
		_ = file.Close()
		if err != nil || len(lines) < 4 {
			t.Fatalf("%s: %d lines, %v", name, len(lines), err)
		}
		id, tier := slices.Index(lines[0], "id"), slices.Index(lines[0], "tier")
		for _, at := range []int{1, len(lines) / 2, len(lines) - 1} {
			tiers[lines[at][id]] = cmp.Or(lines[at][tier], w.policy.Tenancy.Default.Tier)
		}
	}
	burst := func(id string) int {
		tier := w.policy.Tenancy.Tiers[tiers[id]]
		if tier.Rate == "" {
			return math.MaxInt
		}
		return tier.Burst
	}
	return slices.SortedFunc(maps.Keys(tiers), func(a, b string) int {
		return cmp.Or(cmp.Compare(burst(b), burst(a)), cmp.Compare(a, b))
	})
}

// atHome is a request that the cluster lets through to a service, with the tenant's token.
func (w *world) atHome(t testing.TB, cluster string) row {
	t.Helper()
	for _, id := range w.tenants(t) {
		for _, route := range w.policy.Routes {
			row := w.request(id, cluster, route, nil)
			row.Token = ""
			if w.policy.Tenancy.Token != nil {
				row.Token = id
			}
			if said := w.explain(t, row, cluster); said.Verdict == "allow" && said.Tenant == id {
				return row
			}
		}
	}
	t.Fatalf("%s has no tenant with a route", cluster)
	return row{}
}
