package translate

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

func TestMain(m *testing.M) {
	// Each judgement starts an istiod of its own, most of which is garbage soon after.
	debug.SetGCPercent(400)
	code := m.Run()
	compiled.Clean()
	os.Exit(code)
}

func TestNothingIsWrongWithAnyPolicy(t *testing.T) {
	for _, file := range append(compiled.Policies(t), odd(t)...) {
		t.Run(file.Name, func(t *testing.T) {
			t.Parallel()
			for _, cluster := range file.Compile(t) {
				for _, fault := range Judge(t, file, cluster) {
					t.Errorf("%s: %s", cluster.Name, fault)
				}
			}
		})
	}
}

// odd are policies for what the project's own leave out: those of the compiler's tests and some of this package.
func odd(t *testing.T) []compiled.Policy {
	t.Helper()
	var policies []compiled.Policy
	for _, folder := range []string{filepath.Join(compiled.Root(), "compiler", "tests", "compile", "policies"), "testdata"} {
		paths, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
		if err != nil || len(paths) < 2 {
			t.Fatalf("policies of %s: %v, %v", folder, paths, err)
		}
		for _, path := range paths {
			if path, err = filepath.Abs(path); err != nil {
				t.Fatal(err)
			}
			policies = append(policies, compiled.Policy{Name: strings.TrimSuffix(filepath.Base(path), ".yaml"), Path: path})
		}
	}
	return policies
}
