package install

import (
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config/validation/agent"
	"istio.io/istio/pkg/util/protomarshal"

	"tenantry/tests/istio/internal/policy"
)

// ignored are fields that parse, are not marked as deprecated, and do nothing: Istio dropped what stood behind them.
var ignored = map[protoreflect.FullName]string{
	"istio.mesh.v1alpha1.Tracing.open_census_agent": "istiod has no OpenCensus since 1.25",
	"istio.mesh.v1alpha1.Tracing.lightstep":         "Envoy has no Lightstep tracer any more",
	"istio.mesh.v1alpha1.Tracing.stackdriver":       "it went through OpenCensus",
}

// meshConfig judges the mesh configuration as a whole.
func meshConfig(read *policy.Policy, made Installation) []string {
	var wrong findings
	// istiod itself only logs a field that it does not know.
	if err := protomarshal.ApplyYAMLStrict(made.MeshText, &meshconfig.MeshConfig{}); err != nil {
		wrong.add("the mesh configuration: %v", err)
	}
	// The operator means to report these, and loses the errors among them.
	warnings, err := agent.ValidateMeshConfig(made.Mesh)
	if err != nil {
		wrong.add("the mesh configuration: %v", err)
	}
	if warnings != nil {
		wrong.add("the mesh configuration warns: %v", warnings)
	}
	wrong = append(wrong, removed(made.Given.ProtoReflect())...)

	mesh := made.Mesh
	if !mesh.EnableAutoMtls.GetValue() {
		wrong.add("auto mTLS is off: what the policy asks for reaches no client")
	}
	// Compiled identities and mesh-wide resources name these two.
	if mesh.TrustDomain != "cluster.local" || mesh.RootNamespace != system {
		wrong.add("the trust domain is `%s` and the root namespace `%s`", mesh.TrustDomain, mesh.RootNamespace)
	}
	// The filter decides on the path that Envoy has after this.
	if path := mesh.GetPathNormalization().GetNormalization(); path != meshconfig.MeshConfig_ProxyPathNormalization_DECODE_AND_MERGE_SLASHES {
		wrong.add("paths are normalized as %s", path)
	}
	if tracing := mesh.GetDefaultConfig().GetTracing(); tracing.GetTracer() != nil {
		wrong.add("proxies are told of the tracer %T at their start", tracing.GetTracer())
	}
	wrong = append(wrong, resource(read, mesh)...)
	return wrong
}

// removed finds every field that is set although Istio dropped it or is about to.
func removed(message protoreflect.Message) []string {
	var wrong findings
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if options, ok := field.Options().(*descriptorpb.FieldOptions); ok && options.GetDeprecated() {
			wrong.add("`%s` is deprecated", field.FullName())
		}
		if why, ok := ignored[field.FullName()]; ok {
			wrong.add("`%s` does nothing: %s", field.FullName(), why)
		}
		switch {
		case field.IsMap() || field.Message() == nil:
		case field.IsList():
			for index := range value.List().Len() {
				wrong = append(wrong, removed(value.List().Get(index).Message())...)
			}
		default:
			wrong = append(wrong, removed(value.Message())...)
		}
		return true
	})
	return wrong
}

// resource judges the attributes that proxies give to Envoy's tracer, of which Phoenix reads the project.
func resource(read *policy.Policy, mesh *meshconfig.MeshConfig) []string {
	var wrong findings
	expected := ""
	if enriches(read) {
		expected = fmt.Sprintf("openinference.project.name=%s", read.Tracing.Project)
	}
	if found := mesh.GetDefaultConfig().GetProxyMetadata()["OTEL_RESOURCE_ATTRIBUTES"]; found != expected {
		wrong.add("proxies' resource attributes are `%s`, not `%s`", found, expected)
	}
	return wrong
}

// enriches tells whether Envoy's own tracer reports.
func enriches(read *policy.Policy) bool {
	return read.Tracing != nil && read.Tracing.Mode == "enrich"
}
