package run

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"tenantry/tests/istio/internal/compiled"
)

// many is how many tenants share a canary of one in eight. That none or all of them come to it has odds of one in ten
// thousand at most, and does not depend on the day: their ids are always the same.
const many = 72

// A tenant stays on the release that `tenantry explain` names, request after request, and both sides have tenants. What is
// dealt per request reaches both sides, too.
func TestReleasesSideBySide(t *testing.T) {
	world := start(t, outside, crowded(t, compiled.Named(t, "canary")))
	releases := map[string]int{}
	for _, tenant := range world.tenants(t) {
		row := world.request(tenant, "main", world.policy.Routes[1], nil)
		row.Token = tenant
		for range 3 {
			for _, line := range world.check(t, row) {
				t.Error(line)
			}
		}
		releases[world.explain(t, row, "main").Release]++
	}
	if releases["stable"] == 0 || releases["canary"] == 0 || releases["stable"]+releases["canary"] != many {
		t.Errorf("tenants by release: %v", releases)
	}
	t.Logf("tenants by release: %v", releases)

	here := world.clusters["main"]
	chat, ranker := here.pod(t, world.policy, "chat"), find[*corev1.Service](t, here.state.objects, "default", "ranker")
	dealt := map[string]int{}
	const requests = 60
	for range requests {
		got, err := here.through(t, chat, ranker, request{method: "GET", target: "/", host: "ranker.default.svc.cluster.local"})
		if err != nil || got.echo == nil {
			t.Fatalf("%s, %v", got, err)
		}
		dealt[got.echo.Release]++
	}
	if dealt["plain"] == 0 || dealt["tuned"] == 0 || dealt["plain"]+dealt["tuned"] != requests {
		t.Errorf("requests by release: %v", dealt)
	}
	t.Logf("requests by release: %v", dealt)
}

// crowded is the policy with other tenants, and many of them.
func crowded(t *testing.T, file compiled.Policy) compiled.Policy {
	t.Helper()
	text, err := os.ReadFile(file.Path)
	if err != nil {
		t.Fatal(err)
	}
	before, after, found := strings.Cut(string(text), "\ntenants:\n")
	_, after, last := strings.Cut(after, "\nservices:\n")
	if !found || !last {
		t.Fatalf("%s has no tenants before its services", file.Path)
	}
	var tenants strings.Builder
	for number := range many {
		fmt.Fprintf(&tenants, "  \"00000000-0000-4000-8000-%012d\": {}\n", number)
	}
	crowded := compiled.Policy{Name: file.Name, Path: filepath.Join(t.TempDir(), "policy.yaml")}
	if err := os.WriteFile(crowded.Path, []byte(before+"\ntenants:\n"+tenants.String()+"\nservices:\n"+after), 0o644); err != nil {
		t.Fatal(err)
	}
	return crowded
}
