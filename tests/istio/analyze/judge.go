// Package analyze judges a cluster as a whole: every analyzer of `istioctl analyze`, on the compiled manifests together with
// the Services, Pods, Namespaces and Secrets that they refer to.
package analyze

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"istio.io/istio/pkg/config/analysis"
	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/util/protomarshal"
	"sigs.k8s.io/yaml"

	"tenantry/tests/istio/internal/accepted"
	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/mesh"
)

// Judge says what the analyzers have to say of what was compiled for a cluster, a line each. That includes what they call
// information, such as a port whose protocol nobody can tell.
func Judge(t testing.TB, file compiled.Policy, cluster compiled.Cluster) []string {
	t.Helper()
	return wrong(Analyze(t, mesh.Of(t, file, cluster), cluster))
}

// wrong are the messages that are not accepted.
func wrong(result local.AnalysisResult) []string {
	var lines []string
	for _, message := range result.Messages {
		if excuse(message) == nil {
			lines = append(lines, message.String())
		}
	}
	return lines
}

// excuse is the accepted warning that the message is, or nil.
func excuse(message diag.Message) *accepted.Warning {
	if message.Resource == nil {
		return nil
	}
	return accepted.Find(message.Resource.Metadata.Schema.Kind(), message.String())
}

// Analyze runs all analyzers, and those added, on the compiled objects of a cluster and the objects around them.
func Analyze(t testing.TB, around mesh.Mesh, cluster compiled.Cluster, added ...analysis.Analyzer) local.AnalysisResult {
	t.Helper()
	all := analysis.Combine("all", append(analyzers.All(), added...)...)
	analyzer := local.NewIstiodAnalyzer(all, "", mesh.System, nil)

	config, err := protomarshal.ToYAML(around.Config)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "mesh.yaml")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := analyzer.AddFileKubeMeshConfig(path); err != nil {
		t.Fatal(err)
	}
	// `istioctl analyze` leaves Services, Pods, Namespaces and Secrets that come from files out; this way they are read.
	if err := analyzer.AddTestReaderKubeSource(append(compiledSources(cluster), meshSource(t, around))); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop) })
	result, err := analyzer.Analyze(stop)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// compiledSources are the compiled files, so that messages name file and line.
func compiledSources(cluster compiled.Cluster) []local.ReaderSource {
	texts := map[string][]string{}
	var files []string
	for _, resource := range cluster.Resources {
		if texts[resource.File] == nil {
			files = append(files, resource.File)
		}
		texts[resource.File] = append(texts[resource.File], string(resource.Raw))
	}
	var sources []local.ReaderSource
	for _, file := range files {
		text := strings.Join(texts[file], "---\n")
		sources = append(sources, local.ReaderSource{Name: fmt.Sprintf("%s/%s", cluster.Name, file), Reader: strings.NewReader(text)})
	}
	return sources
}

func meshSource(t testing.TB, around mesh.Mesh) local.ReaderSource {
	t.Helper()
	var text strings.Builder
	for _, object := range around.Objects {
		document, err := yaml.Marshal(object.Object)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString("---\n")
		text.Write(document)
	}
	return local.ReaderSource{Name: "mesh", Reader: strings.NewReader(text.String())}
}
