package policy

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// Read reads a policy file; a test ends where that fails.
func Read(t testing.TB, path string) *Policy {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return policy
}

// Parse reads a policy's text.
func Parse(text []byte) (*Policy, error) {
	policy := &Policy{}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(policy); err != nil {
		return nil, err
	}
	if policy.APIVersion != "tenantry/v1" || policy.Kind != "MeshPolicy" {
		return nil, fmt.Errorf("`%s` `%s` is no policy", policy.APIVersion, policy.Kind)
	}
	policy.fill()
	return policy, nil
}

// fill writes the defaults of the policy reference.
func (p *Policy) fill() {
	or(&p.Metadata.Namespace, "default")
	or(&p.Mesh.Istio, "1.31")
	or(&p.Mesh.Profile, "minimal")
	or(&p.Mesh.MTLS, "strict")
	or(&p.Mesh.AccessLog, "none")
	if p.Filter != nil {
		or(&p.Filter.Table, "auto")
	}
	p.Tenancy.fill()
	for name, cluster := range p.Clusters {
		or(&cluster.ForwardPort, 15443)
		p.Clusters[name] = cluster
	}
	for id, tenant := range p.Tenants {
		if len(p.Clusters) == 1 {
			for name := range p.Clusters {
				or(&tenant.Cluster, name)
			}
		}
		or(&tenant.Tier, p.Tenancy.Default.Tier)
		or(&tenant.Status, "active")
		p.Tenants[id] = tenant
	}
	for name, service := range p.Services {
		service.fill(name)
		p.Services[name] = service
	}
	if p.Tracing != nil {
		p.Tracing.fill(p.Metadata.Name)
	}
}

func (t *Tenancy) fill() {
	or(&t.Header, "X-Tenant-ID")
	or(&t.IDs, "org-colon")
	or(&t.Elsewhere, "refuse")
	if t.Tiers == nil {
		t.Tiers = map[string]Tier{"standard": {}}
	}
	if len(t.Tiers) == 1 {
		for name := range t.Tiers {
			or(&t.Default.Tier, name)
		}
	}
	if t.Token != nil && t.Token.Required == nil {
		required := true
		t.Token.Required = &required
	}
	if t.Body != nil {
		or(&t.Body.Limit, 1<<20)
		or(&t.Body.OverLimit, "refuse")
	}
}

func (s *Service) fill(name string) {
	or(&s.Protocol, "http")
	or(&s.ServiceAccount, name)
	if s.Labels == nil {
		s.Labels = map[string]string{"app": name}
	}
	if s.Retries != nil && s.Retries.On == nil {
		s.Retries.On = []string{"connect-failure", "refused-stream"}
	}
	if s.CircuitBreaker != nil && s.CircuitBreaker.Eject != nil {
		eject := s.CircuitBreaker.Eject
		or(&eject.After5xx, 5)
		or(&eject.Interval, Duration(10*time.Second))
		or(&eject.For, Duration(30*time.Second))
		or(&eject.Most, 10)
	}
}

func (t *Tracing) fill(name string) {
	or(&t.Phoenix.Service, "phoenix")
	or(&t.Phoenix.Protocol, "grpc")
	or(&t.Phoenix.GRPC, 4317)
	or(&t.Phoenix.HTTP, 6006)
	if t.Phoenix.APIKey != nil {
		or(&t.Phoenix.APIKey.Key, "api-key")
	}
	if t.Phoenix.Deploy != nil {
		or(&t.Phoenix.Deploy.Storage, "10Gi")
		or(&t.Phoenix.Deploy.Image, "arizephoenix/phoenix:version-20.26.1")
	}
	or(&t.Mode, "per-tenant")
	or(&t.Project, "{org}:{tenant}")
	or(&t.Unassigned, name+"-unassigned")
	if t.Sampling == nil {
		all := Percent(100)
		t.Sampling = &all
	}
	if t.Keep == nil {
		t.Keep = []string{"refused", "errors"}
	}
	or(&t.Batch.Spans, 512)
	or(&t.Batch.Bytes, 1<<20)
	or(&t.Batch.Every, Duration(time.Second))
	or(&t.Buffer.Spans, 16384)
	or(&t.Buffer.Bytes, 16<<20)
}

// or writes a default over what was left out.
func or[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
