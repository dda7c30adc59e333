package run

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"istio.io/istio/pkg/log"

	"tenantry/tests/istio/internal/compiled"
)

// outside is the one internet of the test program.
var outside *internet

func TestMain(m *testing.M) {
	if os.Getenv(asAgent) != "" {
		if err := pilotAgent(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(tests(m))
}

func tests(m *testing.M) int {
	folder, err := os.MkdirTemp("", "tenantry-run-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	defer compiled.Clean()
	if outside, err = newInternet(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for _, variable := range outside.environment {
		name, value, _ := strings.Cut(variable, "=")
		os.Setenv(name, value)
	}
	// istiod tells a lot.
	quiet := log.DefaultOptions()
	for _, scope := range log.Scopes() {
		quiet.SetDefaultOutputLevel(scope.Name(), log.ErrorLevel)
	}
	if err := log.Configure(quiet); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
