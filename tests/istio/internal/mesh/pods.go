package mesh

import (
	"fmt"
	"maps"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// workloads are what controllers would make pods of.
type workloads struct {
	deployments []*appsv1.Deployment
	injected    map[string]bool
}

// controllers finds the workloads among the objects, and the namespaces that want sidecars.
func controllers(t testing.TB, objects []*unstructured.Unstructured) workloads {
	t.Helper()
	found := workloads{injected: map[string]bool{}}
	for _, object := range objects {
		switch object.GetKind() {
		case "Namespace":
			found.injected[object.GetName()] = object.GetLabels()["istio-injection"] == "enabled"
		case "Deployment":
			found.deployments = append(found.deployments, fromUnstructured[appsv1.Deployment](t, object))
		case "StatefulSet":
			// A pod comes of both in the same way.
			set := fromUnstructured[appsv1.StatefulSet](t, object)
			found.deployments = append(found.deployments, &appsv1.Deployment{
				TypeMeta: set.TypeMeta, ObjectMeta: set.ObjectMeta,
				Spec: appsv1.DeploymentSpec{Selector: set.Spec.Selector, Template: set.Spec.Template},
			})
		}
	}
	return found
}

// pods are one running pod for each workload, each with an address of its own.
func (w workloads) pods(t testing.TB, injector injector) []runtime.Object {
	t.Helper()
	var pods []runtime.Object
	for index, deployment := range w.deployments {
		if w.injected[deployment.Namespace] {
			deployment = injector.into(t, deployment)
		}
		template := deployment.Spec.Template
		address := fmt.Sprintf("10.0.%d.%d", (index+1)/256, (index+1)%256)
		pods = append(pods, &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Namespace:   deployment.Namespace,
				Name:        deployment.Name + "-0",
				Labels:      maps.Clone(template.Labels),
				Annotations: maps.Clone(template.Annotations),
			},
			Spec: template.Spec,
			Status: corev1.PodStatus{
				Phase:      corev1.PodRunning,
				PodIP:      address,
				PodIPs:     []corev1.PodIP{{IP: address}},
				Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
			},
		})
	}
	return pods
}
