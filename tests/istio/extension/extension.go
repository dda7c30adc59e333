// Package extension compares Istio's two APIs for filters in WebAssembly: `TrafficExtension`, which is compiled, and the
// older `WasmPlugin`, which says the same in other words.
package extension

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	extensions "istio.io/api/extensions/v1alpha1"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/gvk"
	"sigs.k8s.io/yaml"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/translate"
)

// Marker is what istiod puts behind the name of a WasmPlugin when it turns it into a TrafficExtension, so that the two never
// collide. It is all that may differ.
const Marker = "~istio-translated-wasmplugin"

// version is where an object's version stands in what proxies get: the API server's count, which says nothing of the
// object.
const version = "ISTIO_META_WASM_PLUGIN_RESOURCE_VERSION"

// AsWasmPlugins is the cluster with a WasmPlugin of the same meaning in place of each TrafficExtension, and how many.
func AsWasmPlugins(t testing.TB, cluster compiled.Cluster) (compiled.Cluster, int) {
	t.Helper()
	derived, count := cluster, 0
	derived.Resources = nil
	for _, resource := range cluster.Resources {
		if resource.GetKind() == "TrafficExtension" {
			resource.Raw = wasmPlugin(t, resource)
			count++
		}
		derived.Resources = append(derived.Resources, resource)
	}
	return derived, count
}

// wasmPlugin says in the one API what a resource says in the other, field by field.
func wasmPlugin(t testing.TB, resource compiled.Resource) []byte {
	t.Helper()
	read, _, err := crd.ParseInputs(string(resource.Raw))
	if err != nil || len(read) != 1 {
		t.Fatalf("%s: %v", resource, err)
	}
	extension := read[0].Spec.(*extensions.TrafficExtension)
	module := extension.GetWasm()
	plugin := &extensions.WasmPlugin{
		Selector:        extension.Selector,
		TargetRefs:      extension.TargetRefs,
		Phase:           extensions.PluginPhase(extensions.PluginPhase_value[extension.Phase.String()]),
		Priority:        extension.Priority,
		Url:             module.Url,
		Sha256:          module.Sha256,
		ImagePullPolicy: module.ImagePullPolicy,
		ImagePullSecret: module.ImagePullSecret,
		PluginConfig:    module.PluginConfig,
		PluginName:      module.PluginName,
		FailStrategy:    module.FailStrategy,
		VmConfig:        module.VmConfig,
		Type:            module.Type,
	}
	for _, match := range extension.Match {
		plugin.Match = append(plugin.Match, &extensions.WasmPlugin_TrafficSelector{Mode: match.Mode, Ports: match.Ports})
	}
	meta := read[0].Meta
	meta.GroupVersionKind = gvk.WasmPlugin
	object, err := crd.ConvertConfig(config.Config{Meta: meta, Spec: plugin})
	if err != nil {
		t.Fatalf("%s: %v", resource, err)
	}
	text, err := yaml.Marshal(object)
	if err != nil {
		t.Fatalf("%s: %v", resource, err)
	}
	return text
}

// Differences are the places in which two translations of a cluster differ, beside the marker and the objects' versions.
func Differences(t testing.TB, one, other []*translate.Proxy) []string {
	t.Helper()
	var found []string
	left, right := resources(t, one), resources(t, other)
	for name, resource := range left {
		if right[name] != resource {
			found = append(found, name)
		}
	}
	for name := range right {
		if _, ok := left[name]; !ok {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// resources are the listeners and extensions of all proxies as text, by proxy and name.
func resources(t testing.TB, proxies []*translate.Proxy) map[string]string {
	t.Helper()
	texts := map[string]string{}
	note := func(proxy *translate.Proxy, kind, name string, message proto.Message) {
		texts[fmt.Sprintf("%s: %s %s", proxy, kind, strings.ReplaceAll(name, Marker, ""))] = strings.ReplaceAll(text(t, message), Marker, "")
	}
	for _, proxy := range proxies {
		for _, listener := range proxy.Listeners {
			note(proxy, "listener", listener.Name, listener)
		}
		for name, extension := range proxy.Extensions {
			note(proxy, "extension", name, extension)
		}
	}
	return texts
}

// text is a message as JSON in one form; protojson varies its white space on purpose.
func text(t testing.TB, message proto.Message) string {
	t.Helper()
	varied, err := protojson.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	var fields any
	if err := json.Unmarshal(varied, &fields); err != nil {
		t.Fatal(err)
	}
	forget(fields, version)
	steady, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(steady)
}

// forget removes a key at any depth.
func forget(value any, key string) {
	switch value := value.(type) {
	case map[string]any:
		delete(value, key)
		for _, member := range value {
			forget(member, key)
		}
	case []any:
		for _, item := range value {
			forget(item, key)
		}
	}
}
