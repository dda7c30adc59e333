package run

import (
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// Every request of a policy's table, and every one that follows from the policy, becomes what `tenantry explain` says.
func TestRequestsBecomeWhatExplainSays(t *testing.T) {
	for _, policy := range compiled.Policies(t) {
		t.Run(policy.Name, func(t *testing.T) {
			world := start(t, outside, policy)
			written, derived := table(t, policy), world.derived(t)
			// Floods come last: they take a tenant's rate away from other rows.
			var floods []row
			for _, row := range append(written, derived...) {
				if row.Flood > 0 {
					floods = append(floods, row)
					continue
				}
				for _, line := range world.check(t, row) {
					t.Error(line)
				}
			}
			for _, row := range floods {
				for _, line := range world.check(t, row) {
					t.Error(line)
				}
			}
			t.Logf("%s: %d requests of the table and %d that follow from the policy are as explained", policy.Name, len(written), len(derived))
		})
	}
}
