package run

import (
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// Where a policy serves wildcards alone, no host of it can be the server name of a forward. The other cluster's own name is, and
// the request keeps its host.
func TestForwardsOfWildcardHosts(t *testing.T) {
	file := compiled.Named(t, "cogniverse").With(t, []string{"*.cogniverse.com"}, "ingress", "hosts")
	world := start(t, outside, file)
	for _, at := range []string{"us", "eu"} {
		sent := row{
			Name: "tenant_b by a wildcard", At: at, Send: "GET https://shop.cogniverse.com/search/x?n=1",
			Headers: []string{world.policy.Tenancy.Header + ": tenant_b"},
			Expect:  expectation{Status: 200, Cluster: "eu", Service: "cogniverse-runtime", Path: "/search/x?n=1"},
		}
		for _, line := range world.check(t, sent) {
			t.Error(line)
		}
	}
}
