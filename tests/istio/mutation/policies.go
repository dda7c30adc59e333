package mutation

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// Mistake is one that is made in a policy.
type Mistake struct {
	// Name says what is wrong.
	Name   string
	Policy string
	// Says is a part of the finding.
	Says string
	// passage is in the policy once.
	passage, replacement string
}

// Mistakes are those that would compile to manifests with nothing wrong to them, but for what they do.
func Mistakes() []Mistake {
	return []Mistake{
		{"subset of a release that takes everything", "cogniverse", "select the same pods", "canary: {labels: {version: v2}, weight: 5, sticky", "canary: {labels: {version: v1}, weight: 5, sticky"},
		{"weights that are no whole", "canary", "the weights of `ranker`", "plain: {labels: {model: plain}, weight: 50}", "plain: {labels: {model: plain}, weight: 60}"},
		{"tries that do not fit into the timeout", "cogniverse", "`vespa` may need 9s", "timeout: 10s ", "timeout: 5s "},
		{"keys of tokens without TLS", "token-bound", "tenancy.token.jwks", "jwks: https:", "jwks: http:"},
		{"clusters that take forwards at the same place", "cogniverse", "take forwards at the same host and port", "eu: {endpoint: eu-cluster.example.com}", "eu: {endpoint: \"us-cluster.example.com:8443\"}"},
		{"tenant that no token vouches for", "token-bound", "a request without a token", "required: true", "required: false"},
		{"route that hides another", "cogniverse", "restriction of route `/admin`", "{path: /search,", "{path: /,"},
		{"route to a service that the gateway may not call", "cogniverse", "`vespa` does not accept calls from the gateway", "{path: /api, to: cogniverse-runtime}", "{path: /api, to: vespa}"},
		{"tenant of a cluster that does not exist", "token-bound", "there is no cluster `west`", "globex: {cluster: south,", "globex: {cluster: west,"},
		{"plain text for good", "token-bound", "a production mesh accepts plain text", "mtls: strict", "mtls: permissive"},
		{"port of Phoenix taken for plain TCP", "canary", "port `otlp-grpc`", "portName: grpc-otlp", "portName: otlp-grpc"},
	}
}

// diagnostic is what `tenantry check` says of one place. Notes are not about mistakes.
type diagnostic struct{ Code, Severity, Message string }

// Check makes the mistake in a copy of the policy and says what `tenantry check` finds, a line each.
func (m Mistake) Check(t testing.TB) []string {
	t.Helper()
	file := compiled.Named(t, m.Policy)
	text, err := os.ReadFile(file.Path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), m.passage) != 1 || m.passage == m.replacement {
		t.Fatalf("%s does not hold this once: %s", file.Path, m.passage)
	}
	path := filepath.Join(t.TempDir(), filepath.Base(file.Path))
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), m.passage, m.replacement, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(compiled.Tenantry(t), "check", "--format", "json", path)
	output, err := command.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("%v: %v", command, err)
	}
	var said struct{ Diagnostics []diagnostic }
	if err := json.Unmarshal(output, &said); err != nil {
		t.Fatalf("%v: %v", command, err)
	}
	var found []string
	for _, diagnostic := range said.Diagnostics {
		if diagnostic.Severity != "note" {
			found = append(found, fmt.Sprintf("%s[%s]: %s", diagnostic.Severity, diagnostic.Code, diagnostic.Message))
		}
	}
	return found
}
