package analyze

import (
	"os"
	"testing"

	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/log"

	"tenantry/tests/istio/internal/accepted"
	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/mesh"
)

func TestMain(m *testing.M) {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.WarnLevel)
	}
	code := m.Run()
	compiled.Clean()
	os.Exit(code)
}

// analysed is one cluster of one policy, with what its analyzers said and found.
type analysed struct {
	name    string
	cluster compiled.Cluster
	around  mesh.Mesh
	result  local.AnalysisResult
	found   census
}

var everything []analysed

// everywhere analyses all clusters of all policies and of their variants, once.
func everywhere(t *testing.T) []analysed {
	t.Helper()
	if everything != nil {
		return everything
	}
	for _, file := range append(compiled.Policies(t), compiled.Variants(t)...) {
		for _, cluster := range file.Compile(t) {
			found, around := census{}, mesh.Of(t, file, cluster)
			result := Analyze(t, around, cluster, found)
			everything = append(everything, analysed{file.Name + ", " + cluster.Name, cluster, around, result, found})
		}
	}
	return everything
}

func TestNothingIsWrongWithAnyCluster(t *testing.T) {
	for _, one := range everywhere(t) {
		for _, line := range wrong(one.result) {
			t.Errorf("%s: %s", one.name, line)
		}
	}
}

func TestEveryAcceptedWarningIsGiven(t *testing.T) {
	found := map[*accepted.Warning]bool{}
	for _, one := range everywhere(t) {
		for _, message := range one.result.Messages {
			found[excuse(message)] = true
		}
	}
	for _, warning := range accepted.Unneeded(found) {
		t.Errorf("nothing gives this warning any more: %s: %s", warning.Kind, warning.Text)
	}
}
