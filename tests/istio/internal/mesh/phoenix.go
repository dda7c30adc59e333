package mesh

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"tenantry/tests/istio/internal/policy"
)

// phoenix is a Phoenix that was there before the policy; one that the policy deploys is among the compiled manifests.
func phoenix(p *policy.Policy) []runtime.Object {
	if p.Tracing == nil || p.Tracing.Phoenix.Deploy != nil {
		return nil
	}
	at, phoenix := p.Metadata.Namespace, p.Tracing.Phoenix
	// The policy names the port that spans go to, because Istio reads the protocol from its name.
	grpc, web := port("grpc", "", phoenix.GRPC), port("http", "", phoenix.HTTP)
	if phoenix.PortName != "" && phoenix.Protocol == "grpc" {
		grpc.Name = phoenix.PortName
	}
	if phoenix.PortName != "" && phoenix.Protocol == "http" {
		web.Name = phoenix.PortName
	}
	labels := map[string]string{"app": phoenix.Service}
	// Without a sidecar, as the policy reference asks for it: with one, the namespace's deny-by-default would refuse every span.
	inPod := map[string]string{"app": phoenix.Service, "sidecar.istio.io/inject": "false"}
	return []runtime.Object{
		kubernetesService(at, phoenix.Service, labels, grpc, web),
		&appsv1.Deployment{
			ObjectMeta: metav1.ObjectMeta{Namespace: at, Name: phoenix.Service, Labels: labels},
			Spec: appsv1.DeploymentSpec{
				Selector: &metav1.LabelSelector{MatchLabels: labels},
				Template: corev1.PodTemplateSpec{
					ObjectMeta: metav1.ObjectMeta{Labels: inPod},
					Spec: corev1.PodSpec{Containers: []corev1.Container{{
						Name:  "phoenix",
						Image: "arizephoenix/phoenix:version-20.26.1",
						Ports: []corev1.ContainerPort{{ContainerPort: int32(phoenix.GRPC)}, {ContainerPort: int32(phoenix.HTTP)}},
					}}},
				},
			},
		},
	}
}
