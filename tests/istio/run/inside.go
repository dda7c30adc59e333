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

// directly has every service called by everybody, past the caller's own sidecar. Who may is what the policy says, whatever
// the request claims to be.
func (w *world) directly(t testing.TB) *trial {
	tried := &trial{}
	for _, here := range w.clusters {
		callers := here.callers(t, w.policy)
		for name, service := range w.policy.Services {
			request := request{method: "GET", target: "/of/services", host: name, headers: w.stamped(t, here.name)}
			for _, caller := range callers {
				got, err := caller.call(t, here.pod(t, w.policy, name), service.Port, request)
				tried.count++
				switch {
				case caller.unknown:
					if err == nil {
						tried.wrong("%s, %s: %s was let in, and got %s", here.name, name, caller.name, got)
					}
				case caller.may(service):
					if err != nil || got.echo == nil || got.echo.Service != name || got.echo.peer() != caller.identity {
						tried.wrong("%s, %s: %s is a caller, and got %s, %v", here.name, name, caller.name, got, err)
					}
				case err != nil || got.status != http.StatusForbidden:
					tried.wrong("%s, %s: %s is no caller, and got %s, %v", here.name, name, caller.name, got, err)
				}
			}
		}
	}
	return tried
}

// throughSidecars has every service call every other in the ordinary way. The sidecar lets its requests out to the services
// that it may call, in mTLS, and to no others.
func (w *world) throughSidecars(t testing.TB) *trial {
	tried := &trial{}
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
				tried.count++
				reached := err == nil && got.echo != nil
				if may := service.CalledBy(from); reached != may {
					tried.wrong("%s: %s to %s: may is %v, and it got %s, %v", here.name, from, to, may, got, err)
				}
				if reached && (got.echo.Service != to || got.echo.peer() != runsAs(pod).identity()) {
					tried.wrong("%s: %s to %s: got %s, as %s", here.name, from, to, got, got.echo.peer())
				}
			}
		}
	}
	return tried
}

// asGateway calls services with the gateway's own identity. A request still has to be one that the gateway would have let
// through.
func (w *world) asGateway(t testing.TB) *trial {
	tried := &trial{}
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
				tried.count++
				if err != nil || got.echo != nil || got.code == "" {
					tried.wrong("%s, %s: %s: got %s, %v", here.name, name, what, got, err)
				}
			}
		}
	}
	return tried
}

// stamped are the headers that the cluster's gateway gives to a request for one of its own tenants.
func (w *world) stamped(t testing.TB, cluster string) []string {
	t.Helper()
	said := w.explain(t, w.atHome(t, cluster), cluster)
	headers := []string{w.policy.Tenancy.Header + ": " + said.Tenant}
	for _, name := range slices.Sorted(maps.Keys(said.Set)) {
		headers = append(headers, name+": "+said.Set[name])
	}
	return headers
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
