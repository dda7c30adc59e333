package install

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"tenantry/tests/istio/internal/policy"
)

// kubelets are versions of Kubernetes that Istio 1.31 supports, before and after the one from which on the proxy is a
// native sidecar: an init container that stays.
var kubelets = []string{"v1.32.4", "v1.34.1"}

// sidecars judges that Istio's injector can do with its configuration: a service's pod, and a gateway's that asks for it,
// come out as pods that Kubernetes would take, with one proxy each, and with the API key where the policy has one.
func sidecars(read *policy.Policy, made Installation) []string {
	var wrong findings
	for _, kubelet := range kubelets {
		hook, err := webhookOf(made, kubelet)
		if err != nil {
			wrong.add("the injector: %v", err)
			continue
		}
		for _, pod := range pods(read, made) {
			injected, err := hook.inject(pod)
			if err != nil {
				wrong.add("the pod `%s` on %s: %v", pod.Name, kubelet, err)
				continue
			}
			for _, problem := range sidecar(read, injected) {
				wrong.add("the pod `%s` on %s: %s", pod.Name, kubelet, problem)
			}
		}
	}
	return wrong
}

// pods are a service's, and those of gateways that the webhook completes.
func pods(read *policy.Policy, made Installation) []*corev1.Pod {
	pods := []*corev1.Pod{{
		ObjectMeta: metav1.ObjectMeta{Name: "service", Namespace: read.Metadata.Namespace, Labels: map[string]string{"app": "service"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "service", Image: "registry.example.com/service:1"}}},
	}}
	for _, name := range []string{ingress, egress} {
		gateway := made.Deployments[name]
		if gateway == nil {
			continue
		}
		template := gateway.Spec.Template
		if found := containers(template.Spec, "istio-proxy"); len(found) == 1 && found[0].Image == "auto" {
			completed := &corev1.Pod{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: template.Spec}
			completed.Name, completed.Namespace = name, gateway.Namespace
			pods = append(pods, completed)
		}
	}
	return pods
}

// sidecar judges one injected pod.
func sidecar(read *policy.Policy, pod *corev1.Pod) []string {
	var wrong findings
	names := map[string]bool{}
	for _, container := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
		if names[container.Name] {
			wrong.add("there are two containers `%s`", container.Name)
		}
		names[container.Name] = true
		if container.Image == "" || container.Image == "auto" {
			wrong.add("the container `%s` has no image", container.Name)
		}
	}
	proxies := containers(pod.Spec, "istio-proxy")
	if len(proxies) != 1 {
		wrong.add("there are %d proxies", len(proxies))
		return wrong
	}
	// The egress gateway runs no filter.
	wanted := read.Tracing != nil && read.Tracing.Phoenix.APIKey != nil && !enriches(read) && pod.Name != egress
	switch {
	case wanted:
		// Pods of namespaces without the Secret start all the same; the gateway's has to have it.
		wrong = append(wrong, fromSecret("the proxy", proxies[0].Env, read.Tracing.Phoenix.APIKey, pod.Name != ingress)...)
	case find(proxies[0].Env, key) >= 0:
		wrong.add("the proxy has the API key and no use for it")
	}
	return wrong
}
