package run

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"tenantry/tests/istio/internal/policy"
)

// Who may call a service directly is what the policy says, whatever the request claims to be.
func (w *world) testCallers(t *testing.T) {
	tried := 0
	for _, here := range w.clusters {
		callers := here.callers(t, w.policy)
		for name, service := range w.policy.Services {
			request := request{method: "GET", target: "/of/services", host: name, headers: w.stamped(t, here.name)}
			for _, caller := range callers {
				got, err := caller.call(t, here.pod(t, w.policy, name), service.Port, request)
				tried++
				switch {
				case caller.unknown:
					if err == nil {
						t.Errorf("%s, %s: %s was let in, and got %s", here.name, name, caller.name, got)
					}
				case caller.may(service):
					if err != nil || got.echo == nil || got.echo.Service != name || got.echo.peer() != caller.identity {
						t.Errorf("%s, %s: %s is a caller, and got %s, %v", here.name, name, caller.name, got, err)
					}
				case err != nil || got.status != http.StatusForbidden:
					t.Errorf("%s, %s: %s is no caller, and got %s, %v", here.name, name, caller.name, got, err)
				}
			}
		}
	}
	t.Logf("%d calls to services, each by somebody else", tried)
}

// A service's sidecar lets its requests out to the services that it may call, in mTLS, and to no others.
func (w *world) testSidecars(t *testing.T) {
	tried := 0
	for _, here := range w.clusters {
		for from := range w.policy.Services {
			for to, service := range w.policy.Services {
				if from == to {
					continue
				}
				pod := here.pod(t, w.policy, from)
				target := find[*corev1.Service](t, here.state.objects, w.policy.Metadata.Namespace, to)
				host := to + "." + w.policy.Metadata.Namespace + ".svc.cluster.local"
				got, err := here.through(t, pod, target, request{method: "GET", target: "/of/sidecars", host: host, headers: w.stamped(t, here.name)})
				tried++
				reached := err == nil && got.echo != nil
				if may := service.CalledBy(from); reached != may {
					t.Errorf("%s: %s to %s: may is %v, and it got %s, %v", here.name, from, to, may, got, err)
				}
				if reached && (got.echo.Service != to || got.echo.peer() != runsAs(pod).identity()) {
					t.Errorf("%s: %s to %s: got %s, as %s", here.name, from, to, got, got.echo.peer())
				}
			}
		}
	}
	t.Logf("%d calls from service to service through their sidecars", tried)
}

// With the gateway's own identity a request still has to be one that the gateway would have let through.
func (w *world) testStamps(t *testing.T) {
	for _, here := range w.clusters {
		gateway := here.caller(t, "the gateway", runsAs(here.gateway))
		for name, service := range w.policy.Services {
			if !service.CalledBy(policy.IngressCaller) {
				continue
			}
			good := w.stamped(t, here.name)
			tries := map[string][]string{"no tenant": slices.DeleteFunc(slices.Clone(good), func(header string) bool {
				return strings.HasPrefix(header, w.policy.Tenancy.Header)
			})}
			for _, header := range good {
				stamp, _, _ := strings.Cut(header, ": ")
				tries["two of "+stamp] = append(slices.Clone(good), header)
				if strings.EqualFold(stamp, "x-tenantry-track") {
					// Which release it is does not follow from the tenant alone, and is no workload's business.
					continue
				}
				tries["another "+stamp] = append(slices.DeleteFunc(slices.Clone(good), func(other string) bool { return other == header }), stamp+": nonsense")
			}
			for id, tenant := range w.policy.Tenants {
				if tenant.Cluster != here.name || tenant.Status == "suspended" {
					tries["the tenant "+id] = append(slices.Clone(tries["no tenant"]), w.policy.Tenancy.Header+": "+id)
				}
			}
			for _, what := range slices.Sorted(maps.Keys(tries)) {
				got, err := gateway.call(t, here.pod(t, w.policy, name), service.Port, request{method: "GET", target: "/of/stamps", host: name, headers: tries[what]})
				if err != nil || got.echo != nil || got.code == "" {
					t.Errorf("%s, %s: %s: got %s, %v", here.name, name, what, got, err)
				}
			}
		}
	}
}

// stamped are the headers that the cluster's gateway gives to a request for one of its own tenants.
func (w *world) stamped(t testing.TB, cluster string) []string {
	t.Helper()
	for _, id := range slices.Sorted(maps.Keys(w.policy.Tenants)) {
		tenant := w.policy.Tenants[id]
		if tenant.Cluster != cluster || tenant.Status == "suspended" {
			continue
		}
		for _, route := range w.policy.Routes {
			said := w.explain(t, w.request(id, cluster, route, nil), cluster)
			if said.Verdict != "allow" || said.Tenant != id {
				continue
			}
			headers := []string{w.policy.Tenancy.Header + ": " + id}
			for _, name := range slices.Sorted(maps.Keys(said.Set)) {
				headers = append(headers, name+": "+said.Set[name])
			}
			return headers
		}
	}
	t.Fatalf("%s has no tenant with a route", cluster)
	return nil
}

// pod is one of the service's.
func (c *cluster) pod(t testing.TB, read *policy.Policy, service string) *corev1.Pod {
	t.Helper()
	for _, pod := range all[*corev1.Pod](c.state.objects) {
		if who(read, c.name, pod.Name).Service == service {
			return pod
		}
	}
	t.Fatalf("%s has no pod of %s", c.name, service)
	return nil
}
