// Package mesh makes the objects that a cluster holds around the compiled manifests: what installing Istio with the
// compiled file leaves there, and what the people who run the policy's services have there by the policy's own words.
//
// The services come from the policy file, Istio's objects from Istio's charts, sidecars from Istio's injector, and pods from
// the controllers, compiled ones too. So a compiled manifest that does not fit the policy or Istio has nothing here that
// would fit it by accident.
package mesh

import (
	"testing"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/policy"
)

// System is the namespace of istiod and of the gateways.
const System = "istio-system"

// Mesh is one cluster, apart from the compiled manifests.
type Mesh struct {
	// Objects are in an order in which they can be applied.
	Objects []*unstructured.Unstructured
	// Config is istiod's mesh configuration.
	Config *meshconfig.MeshConfig
}

// Of makes the objects around what was compiled for a cluster.
func Of(t testing.TB, file compiled.Policy, cluster compiled.Cluster) Mesh {
	t.Helper()
	read := policy.Read(t, file.Path)
	installed := install(t, cluster)

	var objects []runtime.Object
	objects = append(objects, namespace(System))
	objects = append(objects, secrets(t, read)...)
	objects = append(objects, services(read)...)
	objects = append(objects, phoenix(read)...)

	made := Mesh{Config: installed.config}
	for _, object := range objects {
		made.Objects = append(made.Objects, toUnstructured(t, object))
	}
	made.Objects = append(made.Objects, installed.objects...)
	pods := controllers(t, append(inCluster(cluster), made.Objects...)).pods(t, installed.injector)
	for _, object := range append(pods, endpoints(t, append(inCluster(cluster), made.Objects...), pods)...) {
		made.Objects = append(made.Objects, toUnstructured(t, object))
	}
	return made
}

// Find is the object of that kind and name; a test ends where there is none.
func (m Mesh) Find(t testing.TB, kind, namespace, name string) *unstructured.Unstructured {
	t.Helper()
	for _, object := range m.Objects {
		if object.GetKind() == kind && object.GetNamespace() == namespace && object.GetName() == name {
			return object
		}
	}
	t.Fatalf("the mesh has no %s %s/%s", kind, namespace, name)
	return nil
}

// inCluster are the compiled objects.
func inCluster(cluster compiled.Cluster) []*unstructured.Unstructured {
	var objects []*unstructured.Unstructured
	for _, resource := range cluster.Resources {
		objects = append(objects, resource.Unstructured)
	}
	return objects
}

func toUnstructured(t testing.TB, object runtime.Object) *unstructured.Unstructured {
	t.Helper()
	kinds, _, err := scheme.Scheme.ObjectKinds(object)
	if err != nil {
		t.Fatal(err)
	}
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		t.Fatal(err)
	}
	made := &unstructured.Unstructured{Object: fields}
	made.SetGroupVersionKind(kinds[0])
	return made
}

func fromUnstructured[T any](t testing.TB, object *unstructured.Unstructured) *T {
	t.Helper()
	into := new(T)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, into); err != nil {
		t.Fatalf("%s %s/%s: %v", object.GetKind(), object.GetNamespace(), object.GetName(), err)
	}
	return into
}
