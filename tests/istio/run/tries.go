package run

import (
	"slices"
	"strconv"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"tenantry/tests/istio/internal/policy"
)

// tries has services fail and counts how often each was tried: as often as the policy says, and once where it says nothing.
func (w *world) tries(t testing.TB) *trial {
	tried := &trial{}
	for name, here := range w.clusters {
		home := w.atHome(t, name)
		home.Headers = append(home.Headers, failing+": 503")
		connection := w.dial(t, name, w.policy.Ingress.Hosts, home.host())
		got := w.send(t, connection, home)
		_ = connection.Close()
		tried.count++
		if service := w.explain(t, home, name).Service; got.tries() != times(w.policy.Services[service], 503, home.method()) {
			tried.wrong("%s: from the gateway to %s: got %s, tried %d times", name, service, got, got.tries())
		}
		for from := range w.policy.Services {
			for to, service := range w.policy.Services {
				if from == to || !service.CalledBy(from) {
					continue
				}
				for _, method := range []string{"GET", "POST"} {
					for _, status := range []int{500, 503} {
						headers := append(w.stamped(t, name), failing+": "+strconv.Itoa(status))
						host := to + "." + w.policy.Metadata.Namespace + ".svc.cluster.local"
						target := find[*corev1.Service](t, here.state.objects, w.policy.Metadata.Namespace, to)
						got, err := here.through(t, here.pod(t, w.policy, from), target, request{method: method, target: "/tries", host: host, headers: headers})
						tried.count++
						if expected := times(service, status, method); err != nil || got.status != status || got.tries() != expected {
							tried.wrong("%s: %s %s to %s: expected %d tries, got %d, %s, %v", name, method, from, to, expected, got.tries(), got, err)
						}
					}
				}
			}
		}
	}
	return tried
}

// times is how often the policy has a service tried that answers with the status.
func times(service policy.Service, status int, method string) int {
	retries := service.Retries
	if retries == nil || !slices.Contains(retries.On, "5xx") && !(slices.Contains(retries.On, "gateway-error") && status == 503) {
		return 1
	}
	if method == "POST" && !retries.NonIdempotent {
		return 1
	}
	return 1 + retries.Attempts
}

// tries is how often the service was tried that answered.
func (a answer) tries() int {
	if a.echo == nil {
		return 0
	}
	return a.echo.Tries
}
