// Package compiled runs the policy compiler and reads what it writes, cluster by cluster.
//
// The tests of this module are about that output alone: nothing here knows the compiler's insides.
package compiled

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// Binary is the environment variable that names another `tenantry` than the one in `target/debug`.
const Binary = "TENANTRY"

// Policy is a policy file of the project.
type Policy struct {
	// Name is the file's name without its extension, or its folder's name for a policy in a folder of its own.
	Name string
	// Path is absolute.
	Path string
}

// Cluster is what the compiler wrote for one cluster.
type Cluster struct {
	// Name is the cluster's name in the policy.
	Name string
	// Dir is the folder with its manifests.
	Dir string
	// Resources are the objects that are applied to the cluster, in the order of files and documents. Install files are
	// not among them.
	Resources []Resource
}

// Resource is one object, with where it stands.
type Resource struct {
	*unstructured.Unstructured
	// File is relative to the cluster's folder.
	File string
	// Raw is the document as it was written.
	Raw []byte
}

// String names a resource as messages do: `VirtualService default/runtime (virtual-service.yaml)`.
func (r Resource) String() string {
	return fmt.Sprintf("%s %s/%s (%s)", r.GetKind(), r.GetNamespace(), r.GetName(), r.File)
}

// Root is the project's folder.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "..")
}

// Tenantry is the path of the compiler; a test ends where it is not built.
func Tenantry(t testing.TB) string {
	t.Helper()
	path := os.Getenv(Binary)
	if path == "" {
		path = filepath.Join(Root(), "target", "debug", "tenantry")
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the compiler is missing: %v; `cargo xtask istio` builds it", err)
	}
	return path
}

// Policies are all policies of the project, by name.
func Policies(t testing.TB) []Policy {
	t.Helper()
	var policies []Policy
	for _, pattern := range []string{"*.yaml", "*/policy.yaml"} {
		paths, err := filepath.Glob(filepath.Join(Root(), "policies", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, ".requests.yaml") {
				continue
			}
			name := strings.TrimSuffix(filepath.Base(path), ".yaml")
			if name == "policy" {
				name = filepath.Base(filepath.Dir(path))
			}
			policies = append(policies, Policy{Name: name, Path: path})
		}
	}
	if len(policies) < 5 {
		t.Fatalf("only %d policies found below %s", len(policies), Root())
	}
	return policies
}

// Named is one of the project's policies.
func Named(t testing.TB, name string) Policy {
	t.Helper()
	for _, policy := range Policies(t) {
		if policy.Name == name {
			return policy
		}
	}
	t.Fatalf("there is no policy `%s`", name)
	return Policy{}
}

var (
	lock  sync.Mutex
	cache = map[string]string{}
)

// Compile compiles the policy, once per test program, and reads every cluster's folder.
func (p Policy) Compile(t testing.TB) []Cluster {
	t.Helper()
	return Read(t, p.Dir(t))
}

// Dir is the folder that the compiler wrote. It is shared: nobody writes to it.
func (p Policy) Dir(t testing.TB) string {
	t.Helper()
	lock.Lock()
	defer lock.Unlock()
	if dir, ok := cache[p.Path]; ok {
		return dir
	}
	// Within target/, so that Envoy can read the module, and what a killed run leaves is swept up with the rest.
	base := filepath.Join(Root(), "target", "istio")
	if err := os.MkdirAll(base, 0o755); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(base, p.Name+"-")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	command := exec.Command(Tenantry(t), "compile", p.Path, "--out", out)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", command, err, output)
	}
	cache[p.Path] = out
	return out
}

// Clean removes what [Policy.Dir] made. A package's TestMain calls it last.
func Clean() {
	lock.Lock()
	defer lock.Unlock()
	for _, out := range cache {
		_ = os.RemoveAll(filepath.Dir(out))
	}
	clear(cache)
}

// Read reads a folder that the compiler wrote, or an edited copy of one.
func Read(t testing.TB, dir string) []Cluster {
	t.Helper()
	kustomizations, err := filepath.Glob(filepath.Join(dir, "*", "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var clusters []Cluster
	for _, kustomization := range kustomizations {
		folder := filepath.Dir(kustomization)
		clusters = append(clusters, Cluster{Name: filepath.Base(folder), Dir: folder, Resources: resources(t, folder)})
	}
	if len(clusters) == 0 {
		t.Fatalf("no cluster's folder in %s", dir)
	}
	return clusters
}

func resources(t testing.TB, folder string) []Resource {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var resources []Resource
	for _, file := range files {
		name := filepath.Base(file)
		if name == "kustomization.yaml" {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		documents, err := Documents(content)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, document := range documents {
			object := &unstructured.Unstructured{}
			if err := yaml.Unmarshal(document, &object.Object); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			resources = append(resources, Resource{Unstructured: object, File: name, Raw: document})
		}
	}
	return resources
}

// Documents splits a YAML stream; empty documents and those of comments alone are left out.
func Documents(content []byte) ([][]byte, error) {
	var documents [][]byte
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		if hasContent(document) {
			documents = append(documents, document)
		}
	}
}

func hasContent(document []byte) bool {
	for _, line := range bytes.Split(document, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && !bytes.Equal(line, []byte("---")) {
			return true
		}
	}
	return false
}
