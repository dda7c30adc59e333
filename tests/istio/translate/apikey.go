package translate

import (
	plugin "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	corev1 "k8s.io/api/core/v1"
)

// holdsKey judges that the key of Phoenix reaches a filter that sends spans, from the policy's Secret through the proxy's
// environment, and no other filter.
func (j *judgement) holdsKey(proxy *Proxy, vm *plugin.VmConfig) {
	names := vm.GetEnvironmentVariables().GetHostEnvKeys()
	if !j.perTenant() || j.policy.Tracing.Phoenix.APIKey == nil {
		if len(names) > 0 {
			j.wrong("%s: the filter reads %v, and the policy has no key", proxy, names)
		}
		return
	}
	key := j.policy.Tracing.Phoenix.APIKey
	if len(names) != 1 {
		j.wrong("%s: the filter reads %v, expected the key of Phoenix", proxy, names)
		return
	}
	for _, container := range append(proxy.Pod.Spec.InitContainers, proxy.Pod.Spec.Containers...) {
		if container.Name == "istio-proxy" && fromSecret(container, names[0], key.Secret, key.Key) {
			return
		}
	}
	j.wrong("%s: the proxy's %s does not come from the Secret %s", proxy, names[0], key.Secret)
}

// fromSecret tells whether a variable of the container is an entry of the Secret.
func fromSecret(container corev1.Container, variable, secret, entry string) bool {
	for _, set := range container.Env {
		if from := set.ValueFrom; set.Name == variable && from != nil && from.SecretKeyRef != nil {
			return from.SecretKeyRef.Name == secret && from.SecretKeyRef.Key == entry
		}
	}
	return false
}
