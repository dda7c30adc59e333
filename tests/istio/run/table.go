package run

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"tenantry/tests/istio/internal/compiled"
)

// row is one request, and what has to become of it.
type row struct {
	Name string `yaml:"name"`
	// At is the cluster whose gateway the request reaches.
	At string `yaml:"at"`
	// Send is the method and the URL.
	Send    string   `yaml:"send"`
	Headers []string `yaml:"headers"`
	// Token is the tenant of a good token that goes along.
	Token string `yaml:"token"`
	JSON  string `yaml:"json"`
	// Flood is how often the request is sent at most, until what is expected comes.
	Flood  int         `yaml:"flood"`
	Expect expectation `yaml:"expect"`
	// Odd requests have no path in normal form, or one that a client would not have to expect.
	Odd bool `yaml:"-"`
}

// expectation is what a row itself says of its outcome; what is empty is not said.
type expectation struct {
	Verdict  string             `yaml:"verdict"`
	Status   int                `yaml:"status"`
	Code     string             `yaml:"code"`
	Cluster  string             `yaml:"cluster"`
	Service  string             `yaml:"service"`
	Release  string             `yaml:"release"`
	Path     string             `yaml:"path"`
	Upstream map[string]*string `yaml:"upstream"`
}

// table reads the request table beside a policy.
func table(t testing.TB, file compiled.Policy) []row {
	t.Helper()
	path := strings.TrimSuffix(file.Path, ".yaml") + ".requests.yaml"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Policy   string `yaml:"policy"`
		Requests []row  `yaml:"requests"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&read); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if read.Policy != filepath.Base(file.Path) || len(read.Requests) == 0 {
		t.Fatalf("%s has %d requests for %s", path, len(read.Requests), read.Policy)
	}
	return read.Requests
}

// method, host and target are the parts of what a row sends; the target is as it was written.
func (r row) method() string { method, _, _ := strings.Cut(r.Send, " "); return method }

func (r row) host() string {
	host, _, _ := strings.Cut(r.address(), "/")
	return host
}

func (r row) target() string { return strings.TrimPrefix(r.address(), r.host()) }

func (r row) address() string {
	_, address, _ := strings.Cut(r.Send, "https://")
	return address
}
