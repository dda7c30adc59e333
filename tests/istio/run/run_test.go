package run

import (
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// Each policy is started once, with all of its clusters, and then tried from all sides.
func TestPolicies(t *testing.T) {
	for _, policy := range compiled.Policies(t) {
		t.Run(policy.Name, func(t *testing.T) {
			world, sum := start(t, outside, policy), 0
			for _, side := range []struct {
				name string
				try  func(testing.TB) *trial
			}{
				{"requests to the gateways, as explained", world.requests},
				{"odd requests, as explained", world.oddities},
				{"requests with bad tokens", world.badTokens},
				{"connections that are none of ours", world.doors},
				{"requests to services, past the caller's sidecar", world.directly},
				{"requests from service to service through their sidecars", world.throughSidecars},
				{"requests to failing services", world.tries},
				{"requests to services with the gateway's identity", world.asGateway},
				{"requests from gateway to gateway", world.forwards},
				{"tenants whose spans arrived", world.spans},
			} {
				tried := side.try(t)
				for _, line := range tried.lines {
					t.Error(line)
				}
				t.Logf("%s: %d %s", policy.Name, tried.count, side.name)
				sum += tried.count
			}
			t.Logf("%s: %d in all", policy.Name, sum)
		})
	}
}
