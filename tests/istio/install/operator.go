package install

import (
	"bytes"
	"path/filepath"
	"strings"

	"istio.io/istio/operator/pkg/manifest"
	"istio.io/istio/operator/pkg/render"
	"istio.io/istio/operator/pkg/util/clog"
)

// byOperator does what `istioctl manifest generate -f FILE` does, without a cluster: strict parsing of the file and of the
// values in it, the profile that it names, and the charts that come with Istio.
func byOperator(folder string) (Installation, error) {
	var said bytes.Buffer
	logger := clog.NewConsoleLogger(&said, &said, nil)
	file := filepath.Join(folder, "istio-operator.yaml")
	components, _, err := render.GenerateManifest([]string{file}, nil, false, nil, logger)
	if err != nil {
		return Installation{}, err
	}
	var rendered []manifest.Manifest
	for _, component := range components {
		rendered = append(rendered, component.Manifests...)
	}
	made, err := read(rendered)
	made.Warnings = lines(said.String())
	return made, err
}

func lines(text string) []string {
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
