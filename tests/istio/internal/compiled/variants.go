package compiled

import (
	"path/filepath"
	"testing"
)

// edit is another value for a field of a policy.
type edit struct {
	value any
	field []string
}

func set(value any, field ...string) edit { return edit{value, field} }

// variants have what none of the project's policies has.
var variants = []struct {
	name, base string
	edits      []edit
}{
	{"enriched", "cogniverse", []edit{
		set("enrich", "tracing", "mode"), set("cogniverse", "tracing", "project"),
		set(map[string]any{"portName": "grpc", "apiKey": map[string]any{"secret": "phoenix-key"}}, "tracing", "phoenix"),
	}},
	{"enriched-and-trusting", "cogniverse", []edit{
		set("enrich", "tracing", "mode"), set("cogniverse", "tracing", "project"), set(true, "tracing", "trustClientTrace"),
		set(map[string]any{"protocol": "http", "deploy": map[string]any{}}, "tracing", "phoenix"),
	}},
	{"any-host", "cogniverse", []edit{set([]string{"*"}, "ingress", "hosts"), set("refuse", "tenancy", "elsewhere")}},
	{"wild-and-forwarding", "token-bound", []edit{set("forward", "tenancy", "elsewhere"), set("permissive", "mesh", "mtls")}},
	{"redirecting-in-production", "cogniverse", []edit{
		set("redirect", "tenancy", "elsewhere"), set("production", "mesh", "profile"), set("text", "mesh", "accessLog"),
	}},
	{"long-bodies", "token-bound", []edit{
		set("pass", "tenancy", "body", "overLimit"), set(false, "tenancy", "token", "required"),
		set(map[string]any{"attempts": 1, "nonIdempotent": true}, "services", "ledger-store", "retries"),
		set(map[string]any{"connections": 10, "perConnection": 100}, "services", "ledger-api", "circuitBreaker"),
	}},
	{"from-a-file", "single-cluster", []edit{
		set("file:///etc/tenantry/filter.wasm", "filter", "url"), set("permissive", "mesh", "mtls"),
		set(map[string]any{"port": 8080, "protocol": "http2", "serviceAccount": "writer", "callers": []string{"ingress"},
			"labels": map[string]string{"app.kubernetes.io/name": "notes", "tier": "front"}}, "services", "notes"),
	}},
	{"in-the-module", "large-tenants", []edit{set("module", "filter", "table")}},
}

// Variants are policies for the sake of what they make the compiler do, beyond [Policies]: those of the compiler's own tests,
// and edited copies.
func Variants(t testing.TB) []Policy {
	t.Helper()
	var made []Policy
	for _, name := range []string{"production", "small"} {
		path := filepath.Join(Root(), "compiler", "tests", "compile", "policies", name+".yaml")
		made = append(made, Policy{Name: name, Path: path})
	}
	for _, variant := range variants {
		policy := Named(t, variant.base)
		for _, edit := range variant.edits {
			policy = policy.With(t, edit.value, edit.field...)
		}
		policy.Name += "-" + variant.name
		made = append(made, policy)
	}
	return made
}
