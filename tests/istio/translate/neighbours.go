package translate

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// sidecarIn is what the sidecar of a pod gets that belongs to none of the policy's services.
func (i Istiod) sidecarIn(t testing.TB, namespace string) *Proxy {
	t.Helper()
	name := "neighbour-in-" + namespace
	return i.ask(t, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{"app": name}},
		Spec:       corev1.PodSpec{ServiceAccountName: name},
		Status:     corev1.PodStatus{PodIP: "10.255.255.253"},
	})
}

// neighbours judges what holds for pods of no service: in the namespace of the policy's services nobody calls them, the whole
// mesh asks for certificates, and the gateway's routes are the gateway's alone.
func neighbours(j *judgement) {
	for _, chain := range j.beside.chains(j.t) {
		if chain.inbound() {
			j.admits(sidecar{Proxy: j.beside}, chain.String(), httpRules(chain))
		}
	}
	for _, proxy := range []*Proxy{j.beside, j.bystander, j.within} {
		j.takes(sidecar{Proxy: proxy})
		j.leaks(proxy)
	}
}

// leaks judges that a sidecar has none of the gateway's routes.
func (j *judgement) leaks(proxy *Proxy) {
	for _, config := range proxy.Routes {
		for _, host := range config.VirtualHosts {
			for _, domain := range host.Domains {
				if name, _, _ := strings.Cut(domain, ":"); name != "*" && slices.Contains(j.hosts(), name) {
					j.wrong("%s: has routes for %s, which are the gateway's", proxy, name)
				}
			}
		}
	}
}
