package install

import (
	"os"
	"runtime/debug"
	"testing"

	"istio.io/istio/pkg/log"

	"tenantry/tests/istio/internal/compiled"
)

func TestMain(m *testing.M) {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	// Rendering charts is mostly allocation, which twice as much memory makes a third quicker.
	debug.SetGCPercent(400)
	code := m.Run()
	compiled.Clean()
	os.Exit(code)
}

func TestEveryInstallFileInstallsWhatThePolicySays(t *testing.T) {
	for _, file := range compiled.Policies(t) {
		for _, cluster := range file.Compile(t) {
			t.Run(file.Name+"/"+cluster.Name, func(t *testing.T) {
				t.Parallel()
				for _, wrong := range Judge(t, file, cluster) {
					t.Error(wrong)
				}
			})
		}
	}
}
