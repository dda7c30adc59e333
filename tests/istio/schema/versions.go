package schema

import (
	"fmt"

	"istio.io/istio/pkg/config/crd"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"

	"tenantry/tests/istio/internal/compiled"
)

// newest is for each kind the version that Kubernetes prefers among those that its CRD serves.
func newest(crds []apiextensions.CustomResourceDefinition) map[schema.GroupKind]string {
	made := map[schema.GroupKind]string{}
	for _, definition := range crds {
		kind := schema.GroupKind{Group: definition.Spec.Group, Kind: definition.Spec.Names.Kind}
		for _, candidate := range definition.Spec.Versions {
			if candidate.Served && version.CompareKubeAwareVersionStrings(candidate.Name, made[kind]) > 0 {
				made[kind] = candidate.Name
			}
		}
	}
	return made
}

// outdated says where an object has an older version than its kind has: the CRDs serve those for the sake of what is there
// already, without marking them.
func (c checker) outdated(resource compiled.Resource) []string {
	kind := resource.GroupVersionKind()
	if preferred := c.newest[kind.GroupKind()]; preferred != "" && kind.Version != preferred {
		return []string{fmt.Sprintf("%s is outdated, there is %s", resource.GetAPIVersion(), preferred)}
	}
	return nil
}

// checker is Istio's own validator, which goes through a schema, its list types, unknown fields and the CEL rules; and the
// version of each kind that is to be used.
type checker struct {
	*crd.Validator
	newest map[schema.GroupKind]string
}
