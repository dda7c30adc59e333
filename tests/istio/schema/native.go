package schema

import (
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/client-go/kubernetes/scheme"
	kubejson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"tenantry/tests/istio/internal/compiled"
)

// strict decodes Kubernetes' own kinds, and no field that they do not have.
var strict = serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()

// native says what Kubernetes' own types do not hold.
func native(resource compiled.Resource) []string {
	if _, _, err := strict.Decode(resource.Raw, nil, nil); err != nil {
		return []string{err.Error()}
	}
	return nil
}

// written says what is wrong with the text of any object: keys that are there twice, fields at its top or in its metadata
// that no object has, and names and labels that Kubernetes does not take.
func written(resource compiled.Resource) []string {
	text, err := yaml.YAMLToJSONStrict(resource.Raw)
	if err != nil {
		return []string{err.Error()}
	}
	var object struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
		Spec              any `json:"spec"`
	}
	unknown, err := kubejson.UnmarshalStrict(text, &object)
	if err != nil {
		return []string{err.Error()}
	}
	var wrong []string
	for _, err := range unknown {
		wrong = append(wrong, err.Error())
	}
	clusterWide := object.Kind == "Namespace"
	for _, err := range validation.ValidateObjectMeta(&object.ObjectMeta, !clusterWide, validation.NameIsDNSSubdomain, field.NewPath("metadata")) {
		wrong = append(wrong, err.Error())
	}
	return wrong
}
