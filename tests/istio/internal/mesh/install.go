package mesh

import (
	"path/filepath"
	"sort"
	"testing"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/operator/pkg/render"
	configmesh "istio.io/istio/pkg/config/mesh"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"tenantry/tests/istio/internal/compiled"
)

// installation is what `istioctl install` leaves in the cluster.
type installation struct {
	objects  []*unstructured.Unstructured
	config   *meshconfig.MeshConfig
	injector injector
}

// install renders Istio's charts with the compiled file. The CRDs are left out: they say what objects may look like, and
// nothing about this mesh.
func install(t testing.TB, cluster compiled.Cluster) installation {
	t.Helper()
	file := filepath.Join(cluster.Dir, "install", "istio-operator.yaml")
	components, _, err := render.GenerateManifest([]string{file}, nil, false, nil, nil)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	// The renderer goes through a map.
	sort.Slice(components, func(a, b int) bool { return components[a].Component < components[b].Component })

	var installed installation
	for _, component := range components {
		for _, manifest := range component.Manifests {
			if manifest.GetKind() == "CustomResourceDefinition" {
				continue
			}
			object := manifest.Unstructured
			installed.objects = append(installed.objects, object)
			if object.GetKind() != "ConfigMap" {
				continue
			}
			data := fromUnstructured[corev1.ConfigMap](t, object).Data
			switch object.GetName() {
			case "istio":
				if installed.config, err = configmesh.ApplyMeshConfigDefaults(data["mesh"]); err != nil {
					t.Fatalf("%s: the mesh configuration: %v", file, err)
				}
			case "istio-sidecar-injector":
				installed.injector = newInjector(t, data["config"], data["values"])
			}
		}
	}
	if installed.config == nil || installed.injector.templates == nil {
		t.Fatalf("%s: Istio's charts made no ConfigMap `istio` or `istio-sidecar-injector`", file)
	}
	installed.injector.mesh = installed.config
	return installed
}
