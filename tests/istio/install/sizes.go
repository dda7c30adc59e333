package install

import (
	"fmt"

	meshpolicy "tenantry/tests/istio/internal/policy"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

const (
	ingress = "istio-ingressgateway"
	egress  = "istio-egressgateway"
)

// parts are what is installed, each with its container that counts.
var parts = []struct{ deployment, container string }{
	{"istiod", "discovery"},
	{ingress, "istio-proxy"},
	{egress, "istio-proxy"},
}

// sizes judges what the policy reference says of the profiles: `minimal` is one replica of everything and no egress
// gateway, `production` several replicas, disruption budgets, an egress gateway and guaranteed resources.
func sizes(read *meshpolicy.Policy, made Installation) []string {
	var wrong findings
	production := read.Mesh.Profile == "production"
	if !production && made.Deployments[egress] != nil {
		wrong.add("there is an egress gateway")
	}
	for _, part := range parts {
		name, container := part.deployment, part.container
		if name == egress && !production {
			continue
		}
		deployment := made.Deployments[name]
		if deployment == nil {
			wrong.add("there is no Deployment `%s`", name)
			continue
		}
		fewest, most, err := replicas(made, name)
		switch {
		case err != nil:
			wrong.add("%v", err)
		case fewest > most, production && fewest < 2, !production && fewest != 1:
			wrong.add("%s has %d to %d replicas in the profile %s", name, fewest, most, read.Mesh.Profile)
		}
		if budgets := budgets(made, deployment); budgets != 1 && production || budgets != 0 && !production {
			wrong.add("%s has %d disruption budgets in the profile %s", name, budgets, read.Mesh.Profile)
		}
		wrong = append(wrong, resources(deployment, container, production)...)
	}
	return wrong
}

// replicas are the fewest and the most that the autoscaler of a Deployment allows.
func replicas(made Installation, name string) (fewest, most int32, err error) {
	for _, autoscaler := range made.Autoscalers {
		target := autoscaler.Spec.ScaleTargetRef
		if target.Kind == "Deployment" && target.Name == name && autoscaler.Spec.MinReplicas != nil {
			return *autoscaler.Spec.MinReplicas, autoscaler.Spec.MaxReplicas, nil
		}
	}
	return 0, 0, fmt.Errorf("nothing scales `%s`", name)
}

func budgets(made Installation, deployment *appsv1.Deployment) int {
	count := 0
	for _, budget := range made.Budgets {
		selector, err := metav1.LabelSelectorAsSelector(budget.Spec.Selector)
		if err == nil && selector.Matches(labels.Set(deployment.Spec.Template.Labels)) {
			count++
		}
	}
	return count
}

// resources judges that the container asks for something, has a limit, and in production is guaranteed all of it.
func resources(deployment *appsv1.Deployment, container string, guaranteed bool) []string {
	var wrong findings
	found := containers(deployment.Spec.Template.Spec, container)
	if len(found) != 1 {
		return []string{fmt.Sprintf("%s has %d containers `%s`", deployment.Name, len(found), container)}
	}
	for _, kind := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		request, limit := found[0].Resources.Requests[kind], found[0].Resources.Limits[kind]
		if request.IsZero() || limit.Cmp(request) < 0 || guaranteed && limit.Cmp(request) != 0 {
			wrong.add("%s asks for %s of %s and may use %s", deployment.Name, &request, kind, &limit)
		}
	}
	return wrong
}

// containers are all of that name, those that run as native sidecars among them.
func containers(pod corev1.PodSpec, name string) []corev1.Container {
	var found []corev1.Container
	for _, list := range [][]corev1.Container{pod.InitContainers, pod.Containers} {
		for _, container := range list {
			if container.Name == name {
				found = append(found, container)
			}
		}
	}
	return found
}
