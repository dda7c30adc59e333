package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"istio.io/istio/manifests"
	"istio.io/istio/pkg/config/crd"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/util/yaml"

	"tenantry/tests/istio/internal/compiled"
)

// Version is a minor version of Istio whose CRDs are at hand.
type Version string

const (
	// Istio131 is the version that this module is built with.
	Istio131 Version = "1.31"
	// Istio130 is the oldest version that policies may name.
	Istio130 Version = "1.30"
)

var checkers = map[Version]func() (checker, error){
	Istio131: sync.OnceValues(func() (checker, error) { return load(current) }),
	Istio130: sync.OnceValues(func() (checker, error) { return load(earlier) }),
}

// definitions are the CRDs of a version, read once.
func definitions(t testing.TB, version Version) checker {
	t.Helper()
	found, err := checkers[version]()
	if err != nil {
		t.Fatalf("the CRDs of Istio %s: %v", version, err)
	}
	return found
}

// refusals are why the CRDs refuse the object.
func (c checker) refusals(resource compiled.Resource) []string {
	// Validation fills in defaults.
	if err := c.ValidateCustomResource(resource.DeepCopy()); err != nil {
		return []string{err.Error()}
	}
	return nil
}

func load(open func() (io.ReadCloser, error)) (checker, error) {
	crds, err := read(open)
	if err != nil {
		return checker{}, err
	}
	validator, err := crd.NewValidatorFromCRDs(crds...)
	return checker{validator, newest(crds)}, err
}

// current opens the CRDs that Istio's chart `base` installs.
func current() (io.ReadCloser, error) {
	return manifests.FS.Open("charts/base/files/crd-all.gen.yaml")
}

// earlier opens the CRDs in the module that crds130 pins; the go command fetches it where it is not there yet.
func earlier() (io.ReadCloser, error) {
	command := exec.Command("go", "mod", "download", "-json", "istio.io/api")
	command.Dir = filepath.Join(compiled.Root(), "tests", "istio", "schema", "crds130")
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("`%v` in %s: %w: %s", command, command.Dir, err, output)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(output, &module); err != nil {
		return nil, err
	}
	return os.Open(filepath.Join(module.Dir, "kubernetes", "customresourcedefinitions.gen.yaml"))
}

func read(open func() (io.ReadCloser, error)) ([]apiextensions.CustomResourceDefinition, error) {
	file, err := open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var crds []apiextensions.CustomResourceDefinition
	decoder := yaml.NewYAMLOrJSONDecoder(file, 1<<20)
	for {
		var written apiextensionsv1.CustomResourceDefinition
		if err := decoder.Decode(&written); errors.Is(err, io.EOF) {
			return crds, nil
		} else if err != nil {
			return nil, err
		}
		if written.Kind != "CustomResourceDefinition" {
			continue
		}
		var definition apiextensions.CustomResourceDefinition
		if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(&written, &definition, nil); err != nil {
			return nil, err
		}
		crds = append(crds, definition)
	}
}
