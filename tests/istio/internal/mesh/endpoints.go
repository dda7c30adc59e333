package mesh

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// endpoints are what Kubernetes writes down of the pods that each Service selects.
func endpoints(t testing.TB, objects []*unstructured.Unstructured, pods []runtime.Object) []runtime.Object {
	t.Helper()
	var slices []runtime.Object
	for _, object := range objects {
		if object.GetKind() != "Service" {
			continue
		}
		service := fromUnstructured[corev1.Service](t, object)
		slice := &discoveryv1.EndpointSlice{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: service.Namespace,
				Name:      service.Name,
				Labels:    map[string]string{discoveryv1.LabelServiceName: service.Name},
			},
			AddressType: discoveryv1.AddressTypeIPv4,
		}
		selector := labels.SelectorFromSet(service.Spec.Selector)
		for _, object := range pods {
			pod := object.(*corev1.Pod)
			if pod.Namespace != service.Namespace || !selector.Matches(labels.Set(pod.Labels)) {
				continue
			}
			ready := true
			slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
				Addresses:  []string{pod.Status.PodIP},
				Conditions: discoveryv1.EndpointConditions{Ready: &ready},
				TargetRef:  &corev1.ObjectReference{Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name},
			})
			if len(slice.Ports) == 0 {
				slice.Ports = ports(service, pod)
			}
		}
		slices = append(slices, slice)
	}
	return slices
}

// ports are the Service's as they are in the pod.
func ports(service *corev1.Service, pod *corev1.Pod) []discoveryv1.EndpointPort {
	var ports []discoveryv1.EndpointPort
	for _, port := range service.Spec.Ports {
		number := port.TargetPort.IntVal
		if port.TargetPort.Type == intstr.String {
			number = named(pod, port.TargetPort.StrVal)
		}
		if number == 0 {
			number = port.Port
		}
		ports = append(ports, discoveryv1.EndpointPort{
			Name: &port.Name, Protocol: &port.Protocol, Port: &number, AppProtocol: port.AppProtocol,
		})
	}
	return ports
}

func named(pod *corev1.Pod, name string) int32 {
	for _, container := range pod.Spec.Containers {
		for _, port := range container.Ports {
			if port.Name == name {
				return port.ContainerPort
			}
		}
	}
	return 0
}
