package extension

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/translate"
)

func TestMain(m *testing.M) {
	code := m.Run()
	compiled.Clean()
	os.Exit(code)
}

func TestBothApisGiveTheSameEnvoyConfiguration(t *testing.T) {
	for _, file := range compiled.Policies(t) {
		for _, cluster := range file.Compile(t) {
			t.Run(file.Name+", "+cluster.Name, func(t *testing.T) {
				t.Parallel()
				plugins, count := AsWasmPlugins(t, cluster)
				if count < 2 {
					t.Fatalf("%d extensions: at least the gateway and a service have one", count)
				}
				extensions := translate.Start(t, file, cluster).Proxies(t)
				translated := translate.Start(t, file, plugins).Proxies(t)
				for _, place := range Differences(t, extensions, translated) {
					t.Errorf("%s differs", place)
				}
				compareNames(t, extensions, translated, count)
			})
		}
	}
}

// compareNames shows that the marker is there, so that the comparison is of two things and not of one with itself.
func compareNames(t *testing.T, extensions, translated []*translate.Proxy, count int) {
	t.Helper()
	seen := map[string]bool{}
	for index, proxy := range translated {
		for name := range proxy.Extensions {
			if seen[name] = true; !strings.HasSuffix(name, Marker) {
				t.Errorf("%s: %s comes of no WasmPlugin", proxy, name)
			}
			if extensions[index].Extensions[strings.TrimSuffix(name, Marker)] == nil {
				t.Errorf("%s: %s has no counterpart", proxy, name)
			}
		}
	}
	if len(seen) != count {
		t.Errorf("proxies run %d plugins, expected %d", len(seen), count)
	}
}

func TestADifferenceIsSeen(t *testing.T) {
	file := compiled.Named(t, "single-cluster")
	cluster := file.Compile(t)[0]
	extensions := translate.Start(t, file, cluster).Proxies(t)
	if found := Differences(t, extensions, translate.Start(t, file, cluster).Proxies(t)); len(found) > 0 {
		t.Errorf("the same twice differs: %v", found)
	}
	for _, change := range [][2]string{
		{"phase: AUTHZ", "phase: AUTHN"},
		{"failStrategy: FAIL_RELOAD", "failStrategy: FAIL_OPEN"},
		{"mode: SERVER", "mode: CLIENT"},
		{"role: gateway", "role: workload"},
	} {
		plugins, _ := AsWasmPlugins(t, cluster)
		for index, resource := range plugins.Resources {
			plugins.Resources[index].Raw = bytes.ReplaceAll(resource.Raw, []byte(change[0]), []byte(change[1]))
		}
		if len(Differences(t, extensions, translate.Start(t, file, plugins).Proxies(t))) == 0 {
			t.Errorf("%s went by", change[1])
		}
	}
}
