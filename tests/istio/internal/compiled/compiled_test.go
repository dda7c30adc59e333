package compiled

import (
	"os"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	code := m.Run()
	Clean()
	os.Exit(code)
}

func TestEveryPolicyCompilesToClustersWithResources(t *testing.T) {
	for _, policy := range Policies(t) {
		for _, cluster := range policy.Compile(t) {
			if len(cluster.Resources) < 10 {
				t.Errorf("%s, %s: only %d resources", policy.Name, cluster.Name, len(cluster.Resources))
			}
			for _, resource := range cluster.Resources {
				if resource.GetKind() == "" || resource.GetName() == "" {
					t.Errorf("%s, %s: %s has no kind or name:\n%s", policy.Name, cluster.Name, resource.File, resource.Raw)
				}
			}
		}
	}
}

func TestDocumentsOfCommentsAloneAreNone(t *testing.T) {
	documents, err := Documents([]byte("# nothing\n---\n# nothing\nkind: A\n---\n\n---\nkind: B\n"))
	if err != nil || len(documents) != 2 {
		t.Errorf("%q, %v", documents, err)
	}
}

func TestAnEditedCopyIsCompiledAsTheOriginalIs(t *testing.T) {
	for _, name := range []string{"cogniverse", "single-cluster", "large-tenants"} {
		policy := Named(t, name)
		edited := policy.With(t, "1.30", "mesh", "istio")
		if text, err := os.ReadFile(edited.Path); err != nil || !strings.Contains(string(text), `istio: "1.30"`) {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
		if original, copied := len(policy.Compile(t)), len(edited.Compile(t)); original != copied {
			t.Errorf("%s: %d clusters, the copy has %d", name, original, copied)
		}
	}
}

func TestEveryVariantCompiles(t *testing.T) {
	for _, policy := range Variants(t) {
		if clusters := policy.Compile(t); len(clusters) == 0 {
			t.Errorf("%s compiles to nothing", policy.Name)
		}
	}
}
