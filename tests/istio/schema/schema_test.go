package schema

import (
	"os"
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

func TestMain(m *testing.M) {
	code := m.Run()
	compiled.Clean()
	os.Exit(code)
}

func TestNothingIsWrongWithWhatIsCompiled(t *testing.T) {
	for _, file := range compiled.Policies(t) {
		for _, version := range []Version{Istio131, Istio130} {
			t.Run(file.Name+"/"+string(version), func(t *testing.T) {
				file := file.With(t, string(version), "mesh", "istio")
				for _, cluster := range file.Compile(t) {
					for _, line := range Judge(t, file, cluster) {
						t.Errorf("%s: %s", cluster.Name, line)
					}
					t.Logf("%s: %d objects", cluster.Name, len(cluster.Resources))
				}
			})
		}
	}
}

func TestEveryExceptionIsNeeded(t *testing.T) {
	needed := map[*exception]bool{}
	for _, file := range compiled.Policies(t) {
		for _, cluster := range file.Compile(t) {
			for _, resource := range cluster.Resources {
				for _, warning := range admit(t, resource) {
					needed[excepted(resource, warning)] = true
				}
			}
		}
	}
	for i := range exceptions {
		if !needed[&exceptions[i]] {
			t.Errorf("nothing gives this warning any more: %s: %s", exceptions[i].kind, exceptions[i].warning)
		}
	}
}
