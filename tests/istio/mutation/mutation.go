// Package mutation checks the checks: it seeds mistakes into what was compiled, or into a policy, and each has to be caught by
// one of the other packages or by `tenantry check`, in words that name what is wrong.
//
// The mistakes are what people do to such files by hand and what a compiler can get wrong. A family of them has a file of its
// own. That a newly compiled folder would differ is not counted as catching.
package mutation

import (
	"os"
	"path/filepath"
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// Place is a cluster of a policy.
type Place struct{ Policy, Cluster string }

// The places stress different features: forwarding between clusters, a sticky release and spans by tenant; redirects,
// required tokens and everything that production has; releases by weight and Envoy as the tracer.
var (
	cogniverse = Place{"cogniverse", "us"}
	ledger     = Place{"token-bound", "north"}
	assistant  = Place{"canary", "main"}
)

// Mutation is one mistake.
type Mutation struct {
	// Name says what is wrong.
	Name  string
	Place Place
	// Says is a part of the finding: the resource, the field or what comes of it.
	Says string
	edit edit
}

// Families are the mutations of compiled files by what they are about.
func Families() map[string][]Mutation {
	return map[string][]Mutation{
		"manifests":  manifests,
		"routing":    routing,
		"resilience": resilience,
		"clusters":   clusters,
		"filter":     filter,
		"security":   security,
		"tracing":    tracing,
		"install":    installing,
	}
}

// File is the mutation's policy.
func (m Mutation) File(t testing.TB) compiled.Policy {
	t.Helper()
	return compiled.Named(t, m.Place.Policy)
}

// Seed makes the mistake in a copy of what was compiled for the cluster. A mutation that changes nothing ends the test.
func (m Mutation) Seed(t testing.TB) compiled.Cluster {
	t.Helper()
	original := filepath.Join(m.File(t).Dir(t), m.Place.Cluster)
	out := t.TempDir()
	folder := filepath.Join(out, m.Place.Cluster)
	if err := os.CopyFS(folder, os.DirFS(original)); err != nil {
		t.Fatal(err)
	}
	// The module, which lies beside the clusters' folders.
	if err := os.Symlink(filepath.Join(filepath.Dir(original), "filter"), filepath.Join(out, "filter")); err != nil {
		t.Fatal(err)
	}
	m.edit(t, folder)
	return compiled.Read(t, out)[0]
}
