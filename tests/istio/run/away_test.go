package run

import (
	"net/http"
	"testing"
	"time"

	"tenantry/tests/istio/internal/compiled"
)

// A cluster goes away and comes back. Meanwhile its tenants are told so at the other gateway, in a problem document, and the
// other cluster's tenants notice nothing.
func TestAClusterGoesAwayAndComesBack(t *testing.T) {
	world := start(t, outside, compiled.Named(t, "cogniverse"))
	us, eu := world.clusters["us"], world.clusters["eu"]
	own, forwarded := world.atHome(t, us.name), world.atHome(t, eu.name)
	forwarded.At = us.name
	if said := world.explain(t, forwarded, us.name); said.Verdict != "forward" {
		t.Fatalf("the tenant is served at both: %+v", said)
	}
	fine := func() {
		t.Helper()
		for _, row := range []row{own, forwarded} {
			for _, line := range world.check(t, row) {
				t.Error(line)
			}
		}
	}
	ask := func(more ...string) answer {
		t.Helper()
		connection := world.public(t, forwarded)
		defer connection.Close()
		asked := forwarded
		asked.Headers = append(more, forwarded.Headers...)
		return world.send(t, connection, asked)
	}
	fine()

	eu.proxies[eu.gateway.Name].stop()
	got := ask()
	if got.status != http.StatusServiceUnavailable || got.code != "cluster-unavailable" || got.headers.Get("cache-control") != "no-store" {
		t.Errorf("of a cluster that is away: %s, %v: %s", got, got.headers, got.body)
	}
	for _, line := range world.check(t, own) {
		t.Error(line)
	}
	// The filter's refusals stay what they are, with a stamp of the client's making, too.
	if got := ask(world.policy.Tenancy.Header+": "+"nobody", "x-tenantry-cluster: eu"); got.code != "tenant-ambiguous" {
		t.Errorf("of an ambiguous tenant while a cluster is away: %s", got)
	}

	eu.proxies[eu.gateway.Name] = eu.start(t, eu.gateway)
	eu.proxies[eu.gateway.Name].ready(t)
	for deadline := time.Now().Add(10 * time.Second); ask().code == "cluster-unavailable" && time.Now().Before(deadline); {
		time.Sleep(50 * time.Millisecond)
	}
	fine()
}
