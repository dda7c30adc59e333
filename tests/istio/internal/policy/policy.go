// Package policy reads a policy file as plain data, to know what the compiled output has to say.
//
// It is a second reading, by the policy reference and not by the compiler's code: what both get wrong alike they have to
// get wrong twice. It reads policies that the compiler accepts, with the documented defaults filled in, and fails on a
// field that it does not know, so that none goes by unseen.
package policy

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// Policy is one policy file.
type Policy struct {
	APIVersion  string             `yaml:"apiVersion"`
	Kind        string             `yaml:"kind"`
	Metadata    Metadata           `yaml:"metadata"`
	Mesh        Mesh               `yaml:"mesh"`
	Filter      *Filter            `yaml:"filter"`
	Clusters    map[string]Cluster `yaml:"clusters"`
	Ingress     Ingress            `yaml:"ingress"`
	Tenancy     Tenancy            `yaml:"tenancy"`
	Tenants     map[string]Tenant  `yaml:"tenants"`
	TenantsFrom []string           `yaml:"tenantsFrom"`
	Services    map[string]Service `yaml:"services"`
	Routes      []Route            `yaml:"routes"`
	Tracing     *Tracing           `yaml:"tracing"`
}

// Metadata is the policy's name and the namespace of its services.
type Metadata struct {
	Name      string `yaml:"name"`
	Namespace string `yaml:"namespace"`
}

// Mesh is the mesh to compile for.
type Mesh struct {
	Istio     string   `yaml:"istio"`
	Profile   string   `yaml:"profile"`
	MTLS      string   `yaml:"mtls"`
	AccessLog string   `yaml:"accessLog"`
	Addons    []string `yaml:"addons"`
}

// Filter is where proxies fetch the filter.
type Filter struct {
	URL        string `yaml:"url"`
	PullSecret string `yaml:"pullSecret"`
	Table      string `yaml:"table"`
}

// Cluster is one cluster of the mesh.
type Cluster struct {
	Endpoint string `yaml:"endpoint"`
	// ForwardPort is where the cluster's gateway takes what others forward.
	ForwardPort int `yaml:"forwardPort"`
}

// Ingress is how requests come in.
type Ingress struct {
	Hosts []string    `yaml:"hosts"`
	TLS   *IngressTLS `yaml:"tls"`
	// FrontDoor is a list of kinds, or a mapping with settings. The load balancers are judged elsewhere.
	FrontDoor yaml.Node `yaml:"frontDoor"`
}

// HasFrontDoor tells whether the policy asks for a load balancer of this kind.
func (i Ingress) HasFrontDoor(kind string) bool {
	kinds := i.FrontDoor.Content
	for index, node := range i.FrontDoor.Content {
		if i.FrontDoor.Kind == yaml.MappingNode && node.Value == "kinds" {
			kinds = i.FrontDoor.Content[index+1].Content
		}
	}
	return slices.ContainsFunc(kinds, func(node *yaml.Node) bool { return node.Value == kind })
}

// IngressTLS is the certificate of the served hosts.
type IngressTLS struct {
	Secret string `yaml:"secret"`
}

// Tenancy is how a request says which tenant it is for.
type Tenancy struct {
	Header    string          `yaml:"header"`
	IDs       string          `yaml:"ids"`
	Token     *Token          `yaml:"token"`
	Body      *Body           `yaml:"body"`
	Exempt    []string        `yaml:"exempt"`
	Elsewhere string          `yaml:"elsewhere"`
	Tiers     map[string]Tier `yaml:"tiers"`
	Default   struct {
		Tier string `yaml:"tier"`
	} `yaml:"default"`
}

// Token is the verified token that has to agree with the tenant header.
type Token struct {
	Issuer    string   `yaml:"issuer"`
	JWKS      string   `yaml:"jwks"`
	Audiences []string `yaml:"audiences"`
	Claim     Path     `yaml:"claim"`
	// Required is never nil once read.
	Required *bool `yaml:"required"`
}

// Body is what of a JSON body has to agree with the tenant header.
type Body struct {
	Pointers  []string `yaml:"pointers"`
	Limit     Size     `yaml:"limit"`
	OverLimit string   `yaml:"overLimit"`
}

// Tier is what the tenants of a tier may spend.
type Tier struct {
	Rate     string   `yaml:"rate"`
	Burst    int      `yaml:"burst"`
	Sampling *Percent `yaml:"sampling"`
}

// Tenant is one tenant of the policy file itself; those of `tenantsFrom` are not read.
type Tenant struct {
	Cluster string `yaml:"cluster"`
	Tier    string `yaml:"tier"`
	Status  string `yaml:"status"`
	// Failover are other clusters that serve the tenant.
	Failover []string `yaml:"failover"`
	// MoveTo is the tenant's next home.
	MoveTo string `yaml:"moveTo"`
}

// Route is a path and the service that it leads to.
type Route struct {
	Path    string   `yaml:"path"`
	Methods []string `yaml:"methods"`
	To      string   `yaml:"to"`
	Rewrite string   `yaml:"rewrite"`
	Tenants []string `yaml:"tenants"`
	// Timeout is nil where the service's own holds, and zero for `none`.
	Timeout *Duration `yaml:"timeout"`
}

// Forwards tells whether the policy's clusters forward requests to each other.
func (p *Policy) Forwards() bool {
	return p.Tenancy.Elsewhere == "forward" && len(p.Clusters) > 1
}
