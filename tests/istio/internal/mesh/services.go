package mesh

import (
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"tenantry/tests/istio/internal/policy"
)

func namespace(name string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelMetadataName: name}}}
}

// services are the policy's services: a Service each, a Deployment for each release, and the service accounts that the
// compiler asks for.
func services(p *policy.Policy) []runtime.Object {
	var objects []runtime.Object
	at := p.Metadata.Namespace
	accounts := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(p.Services)) {
		service := p.Services[name]
		if !accounts[service.ServiceAccount] {
			accounts[service.ServiceAccount] = true
			objects = append(objects, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: at, Name: service.ServiceAccount}})
		}
		objects = append(objects, kubernetesService(at, name, service.Labels, port(service.Protocol, service.Protocol, service.Port)))
		if len(service.Releases) == 0 {
			objects = append(objects, deployment(at, name, service, nil))
		}
		for _, release := range service.Releases {
			objects = append(objects, deployment(at, name+"-"+release.Name, service, release.Labels))
		}
	}
	return objects
}

// port says its protocol as the policy reference asks for it. An application protocol that is left out is read from the
// name.
func port(name, protocol string, number int) corev1.ServicePort {
	made := corev1.ServicePort{Name: name, Protocol: corev1.ProtocolTCP, Port: int32(number), TargetPort: intstr.FromInt32(int32(number))}
	if protocol != "" {
		made.AppProtocol = &protocol
	}
	return made
}

func kubernetesService(namespace, name string, selector map[string]string, ports ...corev1.ServicePort) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: selector},
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeClusterIP, Selector: selector, Ports: ports},
	}
}

func deployment(namespace, name string, service policy.Service, release map[string]string) *appsv1.Deployment {
	labels := maps.Clone(service.Labels)
	maps.Copy(labels, release)
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: labels},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{
					ServiceAccountName: service.ServiceAccount,
					Containers: []corev1.Container{{
						Name:  "service",
						Image: "registry.example.com/" + name + ":1",
						Ports: []corev1.ContainerPort{{ContainerPort: int32(service.Port), Protocol: corev1.ProtocolTCP}},
					}},
				},
			},
		},
	}
}
