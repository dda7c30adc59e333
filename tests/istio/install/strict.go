package install

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"

	"istio.io/istio/manifests"
	"istio.io/istio/operator/pkg/apis"
	"istio.io/istio/operator/pkg/values"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

// strict looks for values that no template reads, which the charts themselves let pass.
func strict(chart string, given values.Map) error {
	if chart == "gateway" {
		return strictGateway(given)
	}
	return strictValues(given)
}

// strictValues holds values against the types by which `istioctl` knows them. What those call `pilot` stands at the top
// in the chart of istiod itself.
func strictValues(given values.Map) error {
	known := (&apis.Values{}).ProtoReflect().Descriptor().Fields()
	whole, pilot := map[string]any{}, map[string]any{}
	for name, value := range given {
		if known.ByJSONName(name) == nil {
			pilot[name] = value
		} else {
			whole[name] = value
		}
	}
	if len(pilot) > 0 {
		whole["pilot"] = pilot
	}
	text, err := json.Marshal(whole)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &apis.Values{}); err != nil {
		return err
	}
	return strictKubernetes(given, map[string]any{"envVarFrom": &[]corev1.EnvVar{}, "resources": &corev1.ResourceRequirements{}})
}

// strictGateway holds values against the chart's schema to its leaves: the schema itself is strict at its top alone.
func strictGateway(given values.Map) error {
	text, err := manifests.FS.ReadFile("charts/gateway/values.schema.json")
	if err != nil {
		return err
	}
	var schema struct {
		Defs struct {
			Values node `json:"values"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		return err
	}
	if len(schema.Defs.Values.Properties) == 0 {
		return fmt.Errorf("the schema of the gateway's chart has no values")
	}
	if err := schema.Defs.Values.check("", map[string]any(given)); err != nil {
		return err
	}
	return strictKubernetes(given, map[string]any{
		"envVarFrom":          &[]corev1.EnvVar{},
		"resources":           &corev1.ResourceRequirements{},
		"podDisruptionBudget": &policyv1.PodDisruptionBudgetSpec{},
	})
}

// strictKubernetes reads what ends up as a part of a Kubernetes object as that part.
func strictKubernetes(given values.Map, parts map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		value, ok := given[name]
		if !ok {
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if err := yaml.UnmarshalStrict(text, parts[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// node is a part of a JSON schema.
type node struct {
	Properties map[string]node `json:"properties"`
}

func (n node) check(at string, value any) error {
	fields, ok := value.(map[string]any)
	if !ok || n.Properties == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		property, known := n.Properties[name]
		if !known {
			return fmt.Errorf("unknown value `%s`", path.Join(at, name))
		}
		if err := property.check(path.Join(at, name), fields[name]); err != nil {
			return err
		}
	}
	return nil
}
