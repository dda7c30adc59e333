package translate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	meshconfig "istio.io/api/mesh/v1alpha1"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/mesh"
	"tenantry/tests/istio/internal/policy"
)

// judgement is one cluster's configuration beside what the policy says of it.
type judgement struct {
	t       testing.TB
	policy  *policy.Policy
	cluster compiled.Cluster
	mesh    *meshconfig.MeshConfig
	gateway *Proxy
	// egress is nil where the profile has no egress gateway.
	egress   *Proxy
	sidecars []sidecar
	// bystander is in a namespace that the policy has nothing to do with.
	bystander *Proxy
	// beside and within are of no service: in the namespace of the policy's services, and in Istio's own.
	beside, within *Proxy
	// misled are the routes that a fault was found with.
	misled map[string]bool
	faults []string
}

// sidecar is the proxy of a pod of a service.
type sidecar struct {
	*Proxy
	service string
}

// services are the names of the policy's services in order.
func (j *judgement) services() []string { return slices.Sorted(maps.Keys(j.policy.Services)) }

// host is the name of a service within the cluster.
func (j *judgement) host(service string) string {
	return fmt.Sprintf("%s.%s.svc.cluster.local", service, j.policy.Metadata.Namespace)
}

// outbound is Istio's name for a service's Envoy cluster; the subset may be empty.
func (j *judgement) outbound(service, subset string) string {
	return fmt.Sprintf("outbound|%d|%s|%s", j.policy.Services[service].Port, subset, j.host(service))
}

// identity is the SPIFFE id of a caller, as the policy names it.
func (j *judgement) identity(caller string) string {
	if caller == policy.IngressCaller {
		return fmt.Sprintf("spiffe://cluster.local/ns/%s/sa/%s", mesh.System, j.gateway.Pod.Spec.ServiceAccountName)
	}
	return fmt.Sprintf("spiffe://cluster.local/ns/%s/sa/%s", j.policy.Metadata.Namespace, j.policy.Services[caller].ServiceAccount)
}

// calls tells whether a proxy may call the service.
func (j *judgement) calls(proxy *Proxy, service string) bool {
	if proxy == j.gateway {
		return j.policy.Services[service].CalledBy(policy.IngressCaller)
	}
	for _, sidecar := range j.sidecars {
		if sidecar.Proxy == proxy {
			return j.policy.Services[service].CalledBy(sidecar.service)
		}
	}
	return false
}

// perTenant tells whether the filter is the tracer.
func (j *judgement) perTenant() bool {
	return j.policy.Tracing != nil && j.policy.Tracing.Mode == "per-tenant"
}

// enrich tells whether Envoy is the tracer.
func (j *judgement) enrich() bool {
	return j.policy.Tracing != nil && j.policy.Tracing.Mode == "enrich"
}

// filtered tells whether the service's sidecars run the filter: those that the gateway calls, and those whose calls are
// to be seen where the filter is the tracer.
func (j *judgement) filtered(name string) bool {
	service := j.policy.Services[name]
	return service.CalledBy(policy.IngressCaller) || j.perTenant() && service.Span != "" && len(service.Callers) > 0
}

// remote is another cluster's gateway.
type remote struct {
	name, host, serverName string
	port                   int
}

// remotes are the clusters to forward to.
func (j *judgement) remotes() []remote {
	if !j.policy.Forwards() {
		return nil
	}
	var remotes []remote
	for _, name := range slices.Sorted(maps.Keys(j.policy.Clusters)) {
		if name == j.cluster.Name {
			continue
		}
		host := address(j.policy.Clusters[name].Endpoint)
		// The other gateway picks its routes by server name, so it has to be one that it serves by name.
		serverName := host
		for _, served := range slices.Backward(j.policy.Ingress.Hosts) {
			if !strings.HasPrefix(served, "*") {
				serverName = served
			}
		}
		remotes = append(remotes, remote{name: name, host: host, port: j.policy.Clusters[name].ForwardPort, serverName: serverName})
	}
	return remotes
}

// address is a cluster's endpoint without its port.
func address(endpoint string) string {
	host, _, _ := strings.Cut(endpoint, ":")
	return host
}

// hosts are those that the gateway answers to: the policy's, and the cluster's own where clients are sent there by name, or
// where no other name can stand as the server name of what is forwarded.
func (j *judgement) hosts() []string {
	hosts := slices.Clone(j.policy.Ingress.Hosts)
	own := address(j.policy.Clusters[j.cluster.Name].Endpoint)
	wild := func(host string) bool { return strings.HasPrefix(host, "*") }
	covered := slices.ContainsFunc(hosts, func(host string) bool {
		return host == own || wild(host) && strings.HasSuffix(own, host[1:])
	})
	named := j.policy.Tenancy.Elsewhere == "redirect" ||
		j.policy.Tenancy.Elsewhere == "forward" && !slices.ContainsFunc(hosts, func(host string) bool { return !wild(host) })
	if named && len(j.policy.Clusters) > 1 && !covered {
		hosts = append(hosts, own)
	}
	return hosts
}
