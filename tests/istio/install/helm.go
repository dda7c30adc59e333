package install

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"istio.io/istio/operator/pkg/helm"
	"istio.io/istio/operator/pkg/manifest"
	"istio.io/istio/operator/pkg/values"
)

// system is the namespace that the charts are installed into.
const system = "istio-system"

// charts are the files of values, in the order in which they are installed, with the folder of Istio's chart for each.
var charts = []struct{ file, folder string }{
	{"base", "base"},
	{"istiod", "istio-control/istio-discovery"},
	{"ingress-gateway", "gateway"},
	{"egress-gateway", "gateway"},
}

// byHelm does what `helm install` does with each file of values: the charts' schemas, then their templates. Charts let
// unknown values pass, so those are looked for first.
func byHelm(folder string) (Installation, error) {
	folder = filepath.Join(folder, "helm")
	entries, err := os.ReadDir(folder)
	if err != nil {
		return Installation{}, err
	}
	left := map[string]bool{}
	for _, entry := range entries {
		left[entry.Name()] = true
	}
	var rendered []manifest.Manifest
	var warnings []string
	for _, chart := range charts {
		name := chart.file + ".yaml"
		if chart.file == "egress-gateway" && !left[name] {
			continue
		}
		delete(left, name)
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return Installation{}, err
		}
		given, err := values.MapFromYaml(text)
		if err != nil {
			return Installation{}, fmt.Errorf("%s: %w", name, err)
		}
		if err := strict(chart.folder, given); err != nil {
			return Installation{}, fmt.Errorf("%s: %w", name, err)
		}
		wrapped := values.MakeMap(map[string]any(given), "spec", "values")
		objects, said, err := helm.Render("istio-"+chart.file, system, chart.folder, wrapped, nil)
		if err != nil {
			return Installation{}, fmt.Errorf("%s: %w", name, err)
		}
		for _, warning := range said {
			warnings = append(warnings, fmt.Sprintf("%s: %v", name, warning))
		}
		rendered = append(rendered, objects...)
	}
	for name := range left {
		if strings.HasSuffix(name, ".yaml") {
			return Installation{}, fmt.Errorf("no chart of Istio's takes `%s`", name)
		}
	}
	made, err := read(rendered)
	made.Warnings = warnings
	return made, err
}
