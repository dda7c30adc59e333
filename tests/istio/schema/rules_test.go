package schema

import (
	"io"
	"strings"
	"testing"

	"istio.io/istio/pkg/config/crd"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"tenantry/tests/istio/internal/compiled"
)

// Objects that nothing but a CEL rule is against.
var againstRules = map[string]string{
	"portLevelMtls requires selector": `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: a, namespace: b}
spec: {portLevelMtls: {8080: {mode: STRICT}}}`,
	"must be a valid duration greater than 1ms": `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: b}
spec: {hosts: [a], http: [{timeout: soon, route: [{destination: {host: a}}]}]}`,
	"url must have schema one of [http, https, file, oci]": `
apiVersion: extensions.istio.io/v1alpha1
kind: TrafficExtension
metadata: {name: a, namespace: b}
spec: {phase: AUTHZ, wasm: {url: "ftp://a/b.wasm"}}`,
	"only one of targetRefs or selector can be set": `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: a, namespace: b}
spec: {selector: {matchLabels: {a: b}}, targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: a}]}`,
}

func TestTheRulesOfTheDefinitionsRun(t *testing.T) {
	for version, open := range map[Version]func() (io.ReadCloser, error){Istio131: current, Istio130: earlier} {
		crds, err := read(open)
		if err != nil {
			t.Fatal(err)
		}
		rules := 0
		for _, definition := range crds {
			// What all versions have in common stands apart from them.
			if definition.Spec.Validation != nil {
				rules += withoutRules(definition.Spec.Validation.OpenAPIV3Schema)
			}
			for _, version := range definition.Spec.Versions {
				if version.Schema != nil {
					rules += withoutRules(version.Schema.OpenAPIV3Schema)
				}
			}
		}
		if rules < 100 {
			t.Errorf("Istio %s: only %d rules", version, rules)
		}
		t.Logf("Istio %s: %d CRDs, %d CEL rules", version, len(crds), rules)
		validator, err := crd.NewValidatorFromCRDs(crds...)
		if err != nil {
			t.Fatal(err)
		}
		for rule, text := range againstRules {
			resource := parsed(t, text)
			if found := definitions(t, version).refusals(resource); !strings.Contains(strings.Join(found, ""), rule) {
				t.Errorf("Istio %s: %s: expected `%s`, got %v", version, resource, rule, found)
			}
			if found := (checker{Validator: validator}).refusals(resource); found != nil {
				t.Errorf("Istio %s: %s is refused without any rule, too: %v", version, resource, found)
			}
		}
	}
}

func TestTheVersionsDiffer(t *testing.T) {
	resource := parsed(t, `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: b}
spec: {host: a, trafficPolicy: {connectionPool: {http: {http2KeepAlive: {interval: 10s}}}}}`)
	if found := definitions(t, Istio131).refusals(resource); found != nil {
		t.Errorf("Istio 1.31 has the field: %v", found)
	}
	if found := definitions(t, Istio130).refusals(resource); !strings.Contains(strings.Join(found, ""), "unknown fields") {
		t.Errorf("Istio 1.30 has not the field: %v", found)
	}
}

// withoutRules removes the rules of a schema and counts them.
func withoutRules(schema *apiextensions.JSONSchemaProps) int {
	if schema == nil {
		return 0
	}
	rules := len(schema.XValidations)
	schema.XValidations = nil
	for name, property := range schema.Properties {
		rules += withoutRules(&property)
		schema.Properties[name] = property
	}
	if schema.Items != nil {
		rules += withoutRules(schema.Items.Schema)
	}
	if schema.AdditionalProperties != nil {
		rules += withoutRules(schema.AdditionalProperties.Schema)
	}
	return rules
}

func parsed(t *testing.T, text string) compiled.Resource {
	t.Helper()
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
		t.Fatal(err)
	}
	return compiled.Resource{Unstructured: object, Raw: []byte(text)}
}
