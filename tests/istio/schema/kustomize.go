package schema

import (
	"encoding/json"
	"fmt"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"tenantry/tests/istio/internal/compiled"
)

// kustomized builds the folder as `kubectl apply -k` does. What comes out has to be every object of the folder and nothing
// else, unchanged.
func kustomized(cluster compiled.Cluster) []string {
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), cluster.Dir)
	if err != nil {
		return []string{err.Error()}
	}
	var wrong []string
	applied := map[string]bool{}
	for _, resource := range built.Resources() {
		object, err := resource.MarshalJSON()
		if err != nil {
			return []string{err.Error()}
		}
		applied[string(object)] = true
	}
	for _, resource := range cluster.Resources {
		object, err := json.Marshal(resource.Object)
		if err != nil {
			return []string{err.Error()}
		}
		if !applied[string(object)] {
			wrong = append(wrong, fmt.Sprintf("it leaves out or changes %s", resource))
		}
	}
	if len(applied) > len(cluster.Resources) {
		wrong = append(wrong, fmt.Sprintf("it applies %d objects, and the folder has %d", len(applied), len(cluster.Resources)))
	}
	return wrong
}
