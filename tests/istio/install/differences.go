package install

import (
	"slices"

	"google.golang.org/protobuf/proto"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pkg/kube/inject"
)

// differences are where the two ways do not come to the same mesh: its configuration, what is injected into pods, how much
// there is of istiod and the gateways, and what their containers are given.
func differences(a, b Installation) []string {
	var wrong findings
	if !proto.Equal(a.Mesh, b.Mesh) {
		wrong.add("istioctl and Helm make different mesh configurations:\n%s\n%s", a.MeshText, b.MeshText)
	}
	wrong = append(wrong, injectors(a, b)...)
	for _, part := range parts {
		name, container := part.deployment, part.container
		if (a.Deployments[name] == nil) != (b.Deployments[name] == nil) {
			wrong.add("istioctl and Helm disagree whether there is `%s`", name)
			continue
		}
		if a.Deployments[name] == nil {
			continue
		}
		fewest, most, _ := replicas(a, name)
		if others, otherMost, _ := replicas(b, name); fewest != others || most != otherMost {
			wrong.add("%s has %d to %d replicas by istioctl, %d to %d by Helm", name, fewest, most, others, otherMost)
		}
		one := containers(a.Deployments[name].Spec.Template.Spec, container)
		other := containers(b.Deployments[name].Spec.Template.Spec, container)
		if len(one) != 1 || len(other) != 1 {
			wrong.add("%s has %d containers `%s` by istioctl, %d by Helm", name, len(one), container, len(other))
			continue
		}
		if !equality.Semantic.DeepEqual(one[0].Resources, other[0].Resources) {
			wrong.add("%s is given %v by istioctl, %v by Helm", name, one[0].Resources, other[0].Resources)
		}
		if mine, theirs := ours(one[0].Env), ours(other[0].Env); !equality.Semantic.DeepEqual(mine, theirs) {
			wrong.add("%s has the variables %v by istioctl, %v by Helm", name, mine, theirs)
		}
	}
	return wrong
}

// ours are the variables that come from the policy.
func ours(variables []corev1.EnvVar) []corev1.EnvVar {
	return slices.DeleteFunc(slices.Clone(variables), func(variable corev1.EnvVar) bool {
		return variable.Name != key && variable.Name != authorization
	})
}

// injectors compares what is put into pods: the templates, and what the policy says of sidecars' resources.
func injectors(a, b Installation) []string {
	var wrong findings
	one, err := inject.UnmarshalConfig([]byte(a.InjectorConfig))
	if err != nil {
		wrong.add("%v", err)
	}
	other, err := inject.UnmarshalConfig([]byte(b.InjectorConfig))
	if err != nil {
		wrong.add("%v", err)
	}
	if !equality.Semantic.DeepEqual(one.RawTemplates, other.RawTemplates) || !slices.Equal(one.DefaultTemplates, other.DefaultTemplates) {
		wrong.add("istioctl and Helm inject different templates: %v, %v", one.DefaultTemplates, other.DefaultTemplates)
	}
	type values struct {
		Global struct {
			Proxy struct {
				Resources corev1.ResourceRequirements `json:"resources"`
			} `json:"proxy"`
		} `json:"global"`
	}
	var mine, theirs values
	if err := yaml.Unmarshal([]byte(a.InjectorValues), &mine); err != nil {
		wrong.add("%v", err)
	}
	if err := yaml.Unmarshal([]byte(b.InjectorValues), &theirs); err != nil {
		wrong.add("%v", err)
	}
	if sidecar := mine.Global.Proxy.Resources; len(sidecar.Limits) != 2 || !equality.Semantic.DeepEqual(mine, theirs) {
		wrong.add("sidecars are given %v by istioctl, %v by Helm", mine, theirs)
	}
	return wrong
}
