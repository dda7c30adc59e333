package install

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/policy"
)

type (
	provider      = meshconfig.MeshConfig_ExtensionProvider
	openTelemetry = meshconfig.MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider
)

// providers judges the extension providers: that there are those that the policy asks for, that they say what it says, and
// that the compiled `Telemetry` uses just those.
func providers(read *policy.Policy, cluster compiled.Cluster, made Installation) []string {
	var wrong findings
	tracers, logs := map[string]bool{}, map[string]bool{}
	for _, given := range made.Given.ExtensionProviders {
		switch {
		case given.GetOpentelemetry() != nil:
			tracers[given.Name] = true
			wrong = append(wrong, tracer(read, given)...)
		case given.GetEnvoyFileAccessLog() != nil:
			logs[given.Name] = true
			wrong = append(wrong, accessLog(read, given)...)
		default:
			wrong.add("the provider `%s` is of a kind that no policy asks for: %T", given.Name, given.Provider)
		}
	}
	if wanted := enriches(read); wanted != (len(tracers) == 1) {
		wrong.add("%d tracing providers, wanted: %t", len(tracers), wanted)
	}
	if wanted := read.Mesh.AccessLog != "none"; wanted != (len(logs) == 1) {
		wrong.add("%d access log providers, wanted: %t", len(logs), wanted)
	}
	wrong = append(wrong, references(cluster, "tracing", tracers)...)
	wrong = append(wrong, references(cluster, "accessLogging", logs)...)
	return wrong
}

// tracer judges Phoenix as the collector of Envoy's own tracer.
func tracer(read *policy.Policy, given *provider) []string {
	if read.Tracing == nil {
		return []string{fmt.Sprintf("the tracing provider `%s`, and the policy traces nothing", given.Name)}
	}
	phoenix := read.Tracing.Phoenix
	expected := &openTelemetry{
		Service: fmt.Sprintf("%s.%s.svc.cluster.local", phoenix.Service, read.Metadata.Namespace),
		Port:    uint32(phoenix.Port()),
		ResourceDetectors: &meshconfig.MeshConfig_ExtensionProvider_ResourceDetectors{
			Environment: &meshconfig.MeshConfig_ExtensionProvider_ResourceDetectors_EnvironmentResourceDetector{},
		},
	}
	var headers []*meshconfig.MeshConfig_ExtensionProvider_HttpHeader
	if phoenix.APIKey != nil {
		headers = []*meshconfig.MeshConfig_ExtensionProvider_HttpHeader{{
			Name:        "authorization",
			HeaderValue: &meshconfig.MeshConfig_ExtensionProvider_HttpHeader_EnvName{EnvName: authorization},
		}}
	}
	// How long an export may take is not the policy's to say, only that it ends.
	found := given.GetOpentelemetry()
	switch {
	case phoenix.Protocol == "http":
		expected.Http = &meshconfig.MeshConfig_ExtensionProvider_HttpService{
			Path: "/v1/traces", Headers: headers, Timeout: found.GetHttp().GetTimeout(),
		}
	case phoenix.APIKey != nil:
		expected.Grpc = &meshconfig.MeshConfig_ExtensionProvider_GrpcService{
			InitialMetadata: headers, Timeout: found.GetGrpc().GetTimeout(),
		}
	}
	if !proto.Equal(found, expected) {
		return []string{fmt.Sprintf("the tracing provider `%s` is {%v}, not {%v}", given.Name, found, expected)}
	}
	return nil
}

// accessLog judges where the access log goes, its form, and that no query string is in it.
func accessLog(read *policy.Policy, given *provider) []string {
	var wrong findings
	log := given.GetEnvoyFileAccessLog()
	if log.Path != "/dev/stdout" {
		wrong.add("the access log goes to `%s`", log.Path)
	}
	var fields []string
	if labels := log.GetLogFormat().GetLabels(); labels != nil {
		for name, value := range labels.GetFields() {
			fields = append(fields, name+"="+value.GetStringValue())
		}
	}
	text := log.GetLogFormat().GetText()
	if form := map[string]bool{"json": len(fields) > 0, "text": strings.HasSuffix(text, "\n")}; !form[read.Mesh.AccessLog] {
		wrong.add("the access log is not %s: %v", read.Mesh.AccessLog, log.GetLogFormat())
	}
	all := text + strings.Join(fields, "\n")
	for _, wanted := range []string{"wasm.tenantry.tenant:PLAIN", "wasm.tenantry.decision:PLAIN", "%RESPONSE_CODE%"} {
		if !strings.Contains(all, wanted) {
			wrong.add("the access log has no `%s`", wanted)
		}
	}
	for _, secret := range []string{"%REQ(:PATH)%", "X-ENVOY-ORIGINAL-PATH", "(WQ", "AUTHORIZATION", "COOKIE"} {
		if strings.Contains(strings.ToUpper(all), secret) {
			wrong.add("the access log has `%s`, which can hold secrets", secret)
		}
	}
	return wrong
}

// references judges that the compiled `Telemetry` names each provider, and no other.
func references(cluster compiled.Cluster, section string, known map[string]bool) []string {
	var wrong findings
	named := map[string]bool{}
	for _, resource := range cluster.Resources {
		if resource.GetKind() != "Telemetry" {
			continue
		}
		entries, _, _ := unstructured.NestedSlice(resource.Object, "spec", section)
		for _, entry := range entries {
			fields, _ := entry.(map[string]any)
			list, _, _ := unstructured.NestedSlice(fields, "providers")
			for _, one := range list {
				fields, _ := one.(map[string]any)
				name, _ := fields["name"].(string)
				named[name] = true
				if !known[name] {
					wrong.add("%s names the %s provider `%s`, which the mesh does not have", resource, section, name)
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if !named[name] {
			wrong.add("no Telemetry uses the %s provider `%s`", section, name)
		}
	}
	return wrong
}
