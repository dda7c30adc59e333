package policy

import (
	"strings"
	"testing"
	"time"

	"tenantry/tests/istio/internal/compiled"
)

func TestEveryPolicyIsRead(t *testing.T) {
	for _, file := range compiled.Policies(t) {
		policy := Read(t, file.Path)
		if len(policy.Clusters) == 0 || len(policy.Services) == 0 || len(policy.Routes) == 0 || len(policy.Ingress.Hosts) == 0 {
			t.Errorf("%s: %+v", file.Name, policy)
		}
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	policy := Read(t, compiled.Named(t, "canary").Path)
	chat := policy.Services["chat"]
	if len(chat.Releases) != 3 || chat.Releases[0].Name != "stable" || chat.Releases[1].Weight != 12.5 || !chat.Releases.Sticky() {
		t.Errorf("releases: %+v", chat.Releases)
	}
	if timeout := policy.Services["ranker"].Timeout; timeout == nil || time.Duration(*timeout) != 800*time.Millisecond {
		t.Errorf("ranker's timeout: %v", timeout)
	}
	if timeout := policy.Routes[0].Timeout; timeout == nil || *timeout != 0 {
		t.Errorf("the stream's timeout: %v", timeout)
	}
	body := Read(t, compiled.Named(t, "token-bound").Path).Tenancy.Body
	if body == nil || body.Limit != 256<<10 || len(body.Pointers) != 2 {
		t.Errorf("body: %+v", body)
	}
	if claim := Read(t, compiled.Named(t, "token-bound").Path).Tenancy.Token.Claim; strings.Join(claim, ".") != "org.tenant" {
		t.Errorf("claim: %v", claim)
	}
}

func TestKindsOfFrontDoorsAreRead(t *testing.T) {
	door := Read(t, compiled.Named(t, "cogniverse").Path).Ingress
	if !door.HasFrontDoor("aws-alb") || !door.HasFrontDoor("nginx") || door.HasFrontDoor("alb") {
		t.Errorf("%+v", door.FrontDoor)
	}
	if other := Read(t, compiled.Named(t, "canary").Path).Ingress; other.HasFrontDoor("nginx") {
		t.Errorf("%+v", other.FrontDoor)
	}
}

func TestDefaultsAreFilledIn(t *testing.T) {
	policy := Read(t, compiled.Named(t, "single-cluster").Path)
	service := policy.Services["notes"]
	if service.Protocol != "http" || service.Labels["app"] != "notes" || service.ServiceAccount != "notes" {
		t.Errorf("service: %+v", service)
	}
	if tenant := policy.Tenants["acme"]; tenant.Cluster != "main" || tenant.Tier != "standard" || tenant.Status != "active" {
		t.Errorf("tenant: %+v", tenant)
	}
	if cluster := policy.Clusters["main"]; cluster.ForwardPort != 15443 {
		t.Errorf("cluster: %+v", cluster)
	}
	if !*policy.Tenancy.Token.Required || policy.Mesh.MTLS != "strict" || policy.Metadata.Namespace != "default" {
		t.Errorf("%+v", policy)
	}
}

func TestAnUnknownFieldFails(t *testing.T) {
	head := "apiVersion: tenantry/v1\nkind: MeshPolicy\n"
	for _, text := range []string{
		"mesh: {ambient: true}",
		"tenancy: {body: {pointers: [/a], depth: 3}}",
		"services: {a: {port: 1, releases: {b: {weight: 100, mirror: c}}}}",
		"routes: [{path: /, to: a, host: b}]",
		"surprise: 1",
	} {
		if _, err := Parse([]byte(head + text)); err == nil || !strings.Contains(err.Error(), "not found") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
