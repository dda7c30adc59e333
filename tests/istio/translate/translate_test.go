package translate

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

func TestNothingIsWrongWithAnyPolicy(t *testing.T) {
	for _, file := range compiled.Policies(t) {
		for _, cluster := range file.Compile(t) {
			for _, fault := range Judge(t, file, cluster) {
				t.Errorf("%s, %s: %s", file.Name, cluster.Name, fault)
			}
		}
	}
}
