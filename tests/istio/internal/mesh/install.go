package mesh

import (
	"os"
	"path/filepath"
	"sort"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"
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

// installations are by the text of the compiled file: much is judged over and over around the same one.
var installations sync.Map

// install is what the compiled file installs.
func install(t testing.TB, cluster compiled.Cluster) installation {
	t.Helper()
	file := filepath.Join(cluster.Dir, "install", "istio-operator.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	known, ok := installations.Load(string(text))
	if !ok {
		known, _ = installations.LoadOrStore(string(text), rendered(t, file))
	}
	return known.(installation).copied()
}

// copied is an installation of the caller's own.
func (i installation) copied() installation {
	own := installation{injector: i.injector, config: proto.Clone(i.config).(*meshconfig.MeshConfig)}
	for _, object := range i.objects {
		own.objects = append(own.objects, object.DeepCopy())
	}
	return own
}

// rendered is what Istio's charts make of the file. The CRDs are left out: they say what objects may look like, and
// nothing about this mesh.
func rendered(t testing.TB, file string) installation {
	t.Helper()
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
