package translate

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"tenantry/tests/istio/internal/policy"
)

// Bystander is what the sidecar of a pod in another team's namespace gets.
func (i Istiod) Bystander(t testing.TB) *Proxy {
	t.Helper()
	return i.ask(t, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "bystander", Name: "bystander-0", Labels: map[string]string{"app": "bystander"}},
		Spec:       corev1.PodSpec{ServiceAccountName: "default"},
		Status:     corev1.PodStatus{PodIP: "10.255.255.254"},
	})
}

// bystanders judges that the policy stays within its own namespace and the gateway's: no other proxy knows its other
// clusters, its releases, its limits or its routes.
func bystanders(j *judgement) {
	proxy := j.bystander
	if len(proxy.Clusters) < 3 {
		j.t.Fatalf("the bystander knows nothing: %v", proxy.Clusters)
	}
	for name, found := range proxy.Clusters {
		parts := strings.Split(name, "|")
		if parts[0] != "outbound" {
			continue
		}
		if !strings.HasSuffix(parts[3], ".svc.cluster.local") || parts[2] != "" {
			j.wrong("%s: another namespace knows %s", proxy, name)
			continue
		}
		none := &policy.CircuitBreaker{}
		j.limits(proxy, found, none)
		j.ejects(proxy, found, none)
	}
	for _, config := range proxy.Routes {
		for _, host := range config.VirtualHosts {
			for _, route := range host.Routes {
				if route.GetMatch().GetPrefix() != "/" || route.GetRoute().GetTimeout().AsDuration() != 0 || route.GetRoute().GetRetryPolicy() != nil {
					j.wrong("%s: another namespace has the route `%s` of %v", proxy, route.Name, host.Domains[0])
				}
			}
		}
	}
}
