package run

import (
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// Each policy is started once, with all of its clusters, and then tried from all sides.
func TestPolicies(t *testing.T) {
	for _, policy := range compiled.Policies(t) {
		t.Run(policy.Name, func(t *testing.T) {
			world := start(t, outside, policy)
			t.Run("requests", world.testRequests)
			t.Run("callers", world.testCallers)
			t.Run("sidecars", world.testSidecars)
			t.Run("stamps", world.testStamps)
		})
	}
}

// Every request of the policy's table, and every one that follows from the policy, becomes what `tenantry explain` says.
func (w *world) testRequests(t *testing.T) {
	written, derived := table(t, w.file), w.derived(t)
	// Floods come last: they take a tenant's rate away from other rows.
	var floods []row
	for _, row := range append(written, derived...) {
		if row.Flood > 0 {
			floods = append(floods, row)
			continue
		}
		for _, line := range w.check(t, row) {
			t.Error(line)
		}
	}
	for _, row := range floods {
		for _, line := range w.check(t, row) {
			t.Error(line)
		}
	}
	t.Logf("%d requests of the table and %d that follow from the policy", len(written), len(derived))
}
