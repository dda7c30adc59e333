package install

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// variants are policies of which no reference policy has the like, each an edited copy of one.
var variants = []struct{ name, policy, old, new string }{
	{
		"per-tenant-key", "cogniverse",
		"phoenix: {service: phoenix, grpc: 4317, deploy: {storage: 10Gi}}",
		"phoenix: {service: phoenix, apiKey: {secret: phoenix-key, key: token}}",
	},
	{
		"per-tenant-key-production", "token-bound",
		"\nservices:", "\ntracing: {phoenix: {apiKey: {secret: phoenix-key}}, project: \"{tenant}\"}\n\nservices:",
	},
	{
		"enrich-key-grpc", "canary",
		"phoenix: {service: phoenix, portName: grpc-otlp}",
		"phoenix: {service: collector, grpc: 14317, apiKey: {secret: phoenix-key}}",
	},
	{
		"enrich-key-http", "canary",
		"phoenix: {service: phoenix, portName: grpc-otlp}",
		"phoenix: {protocol: http, http: 16006, apiKey: {secret: phoenix-key, key: token}}",
	},
	{
		"enrich-http", "canary",
		"phoenix: {service: phoenix, portName: grpc-otlp}", "phoenix: {protocol: http}",
	},
	{"forwarding-in-production", "token-bound", "elsewhere: redirect", "elsewhere: forward"},
	{"another-port-for-forwards", "cogniverse", "eu: {endpoint: eu-cluster.example.com}", "eu: {endpoint: eu-cluster.example.com, forwardPort: 20443}"},
	{"no-access-log", "canary", "  accessLog: text\n", ""},
}

func TestVariantsInstallWhatTheySay(t *testing.T) {
	for _, variant := range variants {
		t.Run(variant.name, func(t *testing.T) {
			t.Parallel()
			file := edited(t, variant.policy, variant.old, variant.new)
			for _, cluster := range file.Compile(t) {
				for _, wrong := range Judge(t, file, cluster) {
					t.Errorf("%s: %s", cluster.Name, wrong)
				}
			}
		})
	}
}

// edited is a copy of a reference policy with one passage replaced.
func edited(t *testing.T, name, old, new string) compiled.Policy {
	t.Helper()
	original := compiled.Named(t, name)
	text, err := os.ReadFile(original.Path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), old) != 1 {
		t.Fatalf("%s does not hold `%s` once", original.Path, old)
	}
	path := filepath.Join(t.TempDir(), name+".yaml")
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	return compiled.Policy{Name: name, Path: path}
}
