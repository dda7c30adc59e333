package install

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/policy"
)

const (
	// key is the variable that holds Phoenix's API key.
	key = "PHOENIX_API_KEY"
	// authorization is istiod's variable with the whole value of the header.
	authorization = "PHOENIX_AUTHORIZATION"
)

// keys judges that the API key reaches whoever sends the spans, and nobody else: the gateway's proxy where the filter is
// the tracer, istiod where Envoy is.
func keys(read *policy.Policy, cluster compiled.Cluster, made Installation) []string {
	var wrong findings
	wanted := read.Tracing != nil && read.Tracing.Phoenix.APIKey != nil
	for _, part := range parts {
		name := part.deployment
		deployment := made.Deployments[name]
		if deployment == nil {
			continue
		}
		var given []corev1.EnvVar
		for _, container := range containers(deployment.Spec.Template.Spec, part.container) {
			given = append(given, container.Env...)
		}
		holds := wanted && (name == "istiod" && enriches(read) || name == ingress && !enriches(read))
		if !holds {
			if find(given, key) >= 0 || find(given, authorization) >= 0 {
				wrong.add("%s has the API key and no use for it", name)
			}
			continue
		}
		wrong = append(wrong, fromSecret(name, given, read.Tracing.Phoenix.APIKey, false)...)
		if name != "istiod" {
			continue
		}
		// Kubernetes fills in a variable from those before it.
		whole := find(given, authorization)
		if whole < 0 || whole < find(given, key) || given[whole].Value != "Bearer $("+key+")" {
			wrong.add("istiod's %s cannot be made of its %s: %v", authorization, key, given)
		}
	}
	if wanted && !enriches(read) {
		wrong = append(wrong, handedOn(cluster)...)
	}
	return wrong
}

// fromSecret judges the variable with the key.
func fromSecret(name string, given []corev1.EnvVar, secret *policy.APIKey, optional bool) []string {
	var wrong findings
	at := find(given, key)
	if at < 0 {
		wrong.add("%s has no %s", name, key)
		return wrong
	}
	var reference *corev1.SecretKeySelector
	if source := given[at].ValueFrom; source != nil {
		reference = source.SecretKeyRef
	}
	if reference == nil || reference.Name != secret.Secret || reference.Key != secret.Key {
		wrong.add("%s has %s from %v, not from %v", name, key, given[at].ValueFrom, *secret)
	} else if found := reference.Optional != nil && *reference.Optional; found != optional {
		wrong.add("%s may start without the key: %t, expected %t", name, found, optional)
	}
	return wrong
}

// handedOn judges that the filter's VM is given the proxy's variable.
func handedOn(cluster compiled.Cluster) []string {
	var wrong findings
	for _, resource := range cluster.Resources {
		path := []string{"spec", "vmConfig", "env"}
		switch resource.GetKind() {
		case "TrafficExtension":
			path = []string{"spec", "wasm", "vmConfig", "env"}
		case "WasmPlugin":
		default:
			continue
		}
		list, _, _ := unstructured.NestedSlice(resource.Object, path...)
		if !slices.ContainsFunc(list, func(entry any) bool {
			variable, _ := entry.(map[string]any)
			return variable["name"] == key && variable["valueFrom"] == "HOST"
		}) {
			wrong.add("%s does not hand %s to the filter", resource, key)
		}
	}
	return wrong
}

func find(variables []corev1.EnvVar, name string) int {
	return slices.IndexFunc(variables, func(variable corev1.EnvVar) bool { return variable.Name == name })
}
