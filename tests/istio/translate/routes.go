package translate

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	"tenantry/tests/istio/internal/policy"
)

// methods are those that the policy language knows, and one of another protocol.
var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"}

// routes judges where requests go, by sending all kinds of them through Envoy's rules for matching: at the gateway with
// the stamps that the filter may have given them, and from each service to those that it may call.
func routes(j *judgement) {
	for _, name := range slices.Sorted(maps.Keys(j.gateway.Routes)) {
		config := j.gateway.Routes[name]
		if strings.HasPrefix(config.Name, "http.") && j.policy.Ingress.TLS != nil {
			// Redirected, whatever it matches.
			continue
		}
		for _, host := range j.hosts() {
			host = strings.Replace(host, "*", "any", 1)
			for _, path := range j.paths() {
				for _, method := range methods {
					j.atGateway(config, request{host: host, path: path, headers: map[string]string{":method": method}})
				}
			}
		}
	}
	for _, sidecar := range j.sidecars {
		for _, name := range j.services() {
			if j.calls(sidecar.Proxy, name) {
				j.inMesh(sidecar, name)
			}
		}
	}
}

// paths are each route's own, paths below it, neighbours that only look alike, and some that nobody serves.
func (j *judgement) paths() []string {
	paths := []string{"/", "/nowhere", "/nowhere/x"}
	for _, route := range j.policy.Routes {
		if below := strings.TrimSuffix(route.Path, "/"); below != "" {
			paths = append(paths, below, below+"/", below+"/x", below+"/x/y", below+"x")
		}
	}
	return append(paths, j.policy.Tenancy.Exempt...)
}

// atGateway judges one request, as it comes and with every stamp.
func (j *judgement) atGateway(config *route.RouteConfiguration, plain request) {
	for _, remote := range j.remotes() {
		stamped := plain.with("x-tenantry-cluster", remote.name)
		j.compare(j.gateway, config, stamped, j.forward(remote))
	}
	found := j.route(plain)
	if found == nil {
		j.compare(j.gateway, config, plain, outcome{})
		return
	}
	service := j.policy.Services[found.To]
	timeout := found.Timeout
	if timeout == nil {
		timeout = service.Timeout
	}
	expected := j.serve(found.To, plain.headers[":method"], timeout)
	expected.path = plain.path
	if found.Rewrite != "" {
		rest := strings.TrimPrefix(plain.path, strings.TrimSuffix(found.Path, "/"))
		expected.path = strings.TrimSuffix(found.Rewrite, "/") + rest
		if expected.path == "" {
			expected.path = "/"
		}
	}
	if service.Releases.Sticky() {
		// The filter deals: whom it stamps for no release gets the base.
		expected.shares = j.whole(found.To, service.Releases[0].Name)
	}
	j.compare(j.gateway, config, plain, expected)
	for _, release := range service.Releases {
		if release.Header != nil || service.Releases.Sticky() && release.Weight > 0 {
			chosen := expected
			chosen.shares = j.whole(found.To, release.Name)
			j.compare(j.gateway, config, plain.with("x-tenantry-track", release.Name), chosen)
		}
	}
}

// route is the policy's first route that covers the request, by whole segments.
func (j *judgement) route(request request) *policy.Route {
	for index := range j.policy.Routes {
		route := &j.policy.Routes[index]
		prefix := strings.TrimSuffix(route.Path, "/")
		covered := request.path == route.Path || strings.HasPrefix(request.path, prefix+"/")
		if covered && (len(route.Methods) == 0 || slices.Contains(route.Methods, request.headers[":method"])) {
			return route
		}
	}
	return nil
}

// inMesh judges what a service gets when it calls another: releases by their own headers, else by weight.
func (j *judgement) inMesh(sidecar sidecar, name string) {
	service := j.policy.Services[name]
	// Istio names the routes to all services on a port after it.
	config := sidecar.Routes[strconv.Itoa(service.Port)]
	for _, host := range []string{j.host(name), name} {
		for _, method := range methods {
			plain := request{host: host, path: "/x", headers: map[string]string{":method": method}}
			expected := j.serve(name, method, service.Timeout)
			expected.path = plain.path
			j.compare(sidecar.Proxy, config, plain, expected)
			for _, release := range service.Releases {
				for header, value := range release.Header {
					chosen := expected
					chosen.shares = j.whole(name, release.Name)
					j.compare(sidecar.Proxy, config, plain.with(header, value), chosen)
				}
			}
		}
	}
}

// with is the request with one more header.
func (r request) with(header, value string) request {
	headers := map[string]string{strings.ToLower(header): value}
	for name, value := range r.headers {
		headers[name] = value
	}
	return request{host: r.host, path: r.path, headers: headers}
}
