package analyze

import (
	"testing"

	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/analysis"
	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/gvk"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// installed is how many analyzers this version of Istio has.
const installed = 53

// absent are the inputs of analyzers that none of our clusters has anything of, and why.
var absent = map[config.GroupVersionKind]string{
	gvk.CustomResourceDefinition: "those of Istio say nothing about a mesh; the package schema uses them",
	gvk.GRPCRoute:                "the Gateway API is not used",
	gvk.HTTPRoute:                "the Gateway API is not used",
	gvk.KubernetesGateway:        "the Gateway API is not used",
	gvk.Node:                     "no analyzer looks at what the compiler has a say in",
	gvk.ProxyConfig:              "not compiled",
	gvk.WasmPlugin:               "TrafficExtension took its place",
	gvk.WorkloadEntry:            "not compiled",
	gvk.WorkloadGroup:            "not compiled",
}

// census is an analyzer that counts what the others find.
type census map[config.GroupVersionKind]int

func (c census) Metadata() analysis.Metadata {
	return analysis.Metadata{Name: "census", Inputs: analysis.Combine("all", analyzers.All()...).Metadata().Inputs}
}

func (c census) Analyze(context analysis.Context) {
	for _, kind := range c.Metadata().Inputs {
		context.ForEach(kind, func(*resource.Instance) bool {
			c[kind]++
			return true
		})
	}
}

func TestEveryAnalyzerRunsOnEverythingThereIs(t *testing.T) {
	seen := map[config.GroupVersionKind]bool{}
	for _, one := range everywhere(t) {
		if len(one.result.SkippedAnalyzers) > 0 {
			t.Errorf("%s: skipped: %v", one.name, one.result.SkippedAnalyzers)
		}
		if ran := len(one.result.ExecutedAnalyzers) - 1; ran != installed || ran != len(analyzers.All()) {
			t.Errorf("%s: %d analyzers ran of %d, expected %d", one.name, ran, len(analyzers.All()), installed)
		}
		expected := census{gvk.MeshConfig: 1, gvk.MeshNetworks: 1}
		for _, object := range one.around.Objects {
			expected[kind(object.GroupVersionKind())]++
		}
		for _, object := range one.cluster.Resources {
			expected[kind(object.GroupVersionKind())]++
		}
		for _, input := range one.found.Metadata().Inputs {
			if one.found[input] != expected[input] {
				t.Errorf("%s: the analyzers found %d of %d %s", one.name, one.found[input], expected[input], input.Kind)
			}
			seen[input] = seen[input] || expected[input] > 0
		}
	}
	for input, found := range seen {
		if _, excused := absent[input]; excused == found {
			t.Errorf("%s: in some cluster: %t; listed as absent: %t", input, found, excused)
		}
	}
	t.Logf("%d analyzers, %d kinds of inputs", installed, len(seen))
}

func kind(of schema.GroupVersionKind) config.GroupVersionKind {
	return config.GroupVersionKind{Group: of.Group, Version: of.Version, Kind: of.Kind}
}
