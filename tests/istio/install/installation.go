package install

import (
	"fmt"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/operator/pkg/manifest"
	configmesh "istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/util/protomarshal"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Installation is what installing Istio leaves in the cluster, as far as the install files have a say in it.
type Installation struct {
	// Warnings are what the tools said besides.
	Warnings []string
	// MeshText is the mesh configuration as the ConfigMap `istio` holds it.
	MeshText string
	// Given is what stands there, and Mesh the same with Istio's defaults.
	Given, Mesh *meshconfig.MeshConfig
	// InjectorConfig and InjectorValues are the two entries of the ConfigMap `istio-sidecar-injector`.
	InjectorConfig, InjectorValues string

	Deployments     map[string]*appsv1.Deployment
	Services        map[string]*corev1.Service
	ServiceAccounts map[string]*corev1.ServiceAccount
	Autoscalers     map[string]*autoscalingv2.HorizontalPodAutoscaler
	Budgets         map[string]*policyv1.PodDisruptionBudget
}

// read sorts the rendered objects.
func read(rendered []manifest.Manifest) (Installation, error) {
	made := Installation{
		Deployments:     map[string]*appsv1.Deployment{},
		Services:        map[string]*corev1.Service{},
		ServiceAccounts: map[string]*corev1.ServiceAccount{},
		Autoscalers:     map[string]*autoscalingv2.HorizontalPodAutoscaler{},
		Budgets:         map[string]*policyv1.PodDisruptionBudget{},
	}
	for _, object := range rendered {
		var err error
		switch object.GetKind() {
		case "ConfigMap":
			err = made.readConfigMap(object)
		case "Deployment":
			err = put(made.Deployments, object)
		case "Service":
			err = put(made.Services, object)
		case "ServiceAccount":
			err = put(made.ServiceAccounts, object)
		case "HorizontalPodAutoscaler":
			err = put(made.Autoscalers, object)
		case "PodDisruptionBudget":
			err = put(made.Budgets, object)
		}
		if err != nil {
			return Installation{}, fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
		}
	}
	if made.Mesh == nil || made.InjectorConfig == "" {
		return Installation{}, fmt.Errorf("the charts made no ConfigMap `istio` or `istio-sidecar-injector`")
	}
	return made, nil
}

func (i *Installation) readConfigMap(object manifest.Manifest) error {
	found := map[string]*corev1.ConfigMap{}
	if err := put(found, object); err != nil {
		return err
	}
	data := found[object.GetName()].Data
	switch object.GetName() {
	case "istio":
		mesh, err := configmesh.ApplyMeshConfigDefaults(data["mesh"])
		if err != nil {
			return err
		}
		given := &meshconfig.MeshConfig{}
		if err := protomarshal.ApplyYAML(data["mesh"], given); err != nil {
			return err
		}
		i.MeshText, i.Given, i.Mesh = data["mesh"], given, mesh
	case "istio-sidecar-injector":
		i.InjectorConfig, i.InjectorValues = data["config"], data["values"]
	}
	return nil
}

// put files an object under its name; a field that its type does not have is an error.
func put[T any](into map[string]*T, object manifest.Manifest) error {
	typed := new(T)
	err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object.Object, typed, true)
	into[object.GetName()] = typed
	return err
}
