package run

import "testing"

// requests sends every request of the policy's table, and every one that follows from the policy, to the gateways. Each
// becomes what `tenantry explain` says.
func (w *world) requests(t testing.TB) *trial {
	tried := &trial{}
	// Floods come last: they take a tenant's rate away from other rows.
	var floods []row
	for _, row := range append(table(t, w.file), w.derived(t)...) {
		if row.Flood > 0 {
			floods = append(floods, row)
			continue
		}
		tried.count++
		tried.lines = append(tried.lines, w.check(t, row)...)
	}
	for _, row := range floods {
		tried.count++
		tried.lines = append(tried.lines, w.check(t, row)...)
	}
	return tried
}
