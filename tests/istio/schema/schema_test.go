package schema

import (
	"os"
	"testing"

	"tenantry/tests/istio/internal/accepted"
	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/policy"
)

func TestMain(m *testing.M) {
	code := m.Run()
	compiled.Clean()
	os.Exit(code)
}

func TestNothingIsWrongWithWhatIsCompiled(t *testing.T) {
	objects, clusters := 0, 0
	for _, file := range append(compiled.Policies(t), compiled.Variants(t)...) {
		t.Run(file.Name, func(t *testing.T) {
			for _, cluster := range file.Compile(t) {
				for _, line := range Judge(t, file, cluster) {
					t.Errorf("%s: %s", cluster.Name, line)
				}
				objects += len(cluster.Resources)
				clusters++
			}
		})
	}
	t.Logf("%d objects of %d clusters", objects, clusters)
}

func TestNothingIsWrongWithWhatIsCompiledForTheOtherVersion(t *testing.T) {
	for _, file := range compiled.Policies(t) {
		t.Run(file.Name, func(t *testing.T) {
			version := Istio130
			if policy.Read(t, file.Path).Mesh.Istio == string(Istio130) {
				version = Istio131
			}
			file := file.With(t, string(version), "mesh", "istio")
			for _, cluster := range file.Compile(t) {
				for _, line := range Judge(t, file, cluster) {
					t.Errorf("Istio %s, %s: %s", version, cluster.Name, line)
				}
			}
		})
	}
}

func TestEveryAcceptedWarningIsGiven(t *testing.T) {
	found := map[*accepted.Warning]bool{}
	for _, file := range compiled.Policies(t) {
		for _, cluster := range file.Compile(t) {
			for _, resource := range cluster.Resources {
				for _, warning := range admit(t, resource) {
					found[accepted.Find(resource.GetKind(), warning)] = true
				}
			}
		}
	}
	for _, warning := range accepted.Unneeded(found) {
		t.Errorf("nothing gives this warning any more: %s: %s", warning.Kind, warning.Text)
	}
}
