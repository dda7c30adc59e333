package run

import (
	"slices"
	"testing"

	extensions "istio.io/api/extensions/v1alpha1"
	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pkg/config"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/mesh"
)

// The trials see what they are there for: with a fault in what was compiled, one of them has something to say.
func TestFaultsAreSeen(t *testing.T) {
	requests, tokens := (*world).requests, (*world).badTokens
	directly, doors := (*world).directly, (*world).doors
	for _, fault := range []struct {
		name, policy string
		edit         edit
		try          func(*world, testing.TB) *trial
	}{
		{"the releases are swapped", "canary", swapped, requests},
		{"the gateway's filter is in the wrong mode", "single-cluster", misplaced, requests},
		{"the gateway's filter is gone", "single-cluster", without("TrafficExtension", mesh.System), requests},
		{"tokens are not verified, so that none is", "single-cluster", without("RequestAuthentication", mesh.System), requests},
		{"nor does anything miss them", "single-cluster", every(without("RequestAuthentication", mesh.System),
			without("TrafficExtension", mesh.System), without("TrafficExtension", "default"), without("AuthorizationPolicy", mesh.System)), tokens},
		{"plain text is let in", "single-cluster", every(without("PeerAuthentication", mesh.System), without("PeerAuthentication", "default")), directly},
		{"anybody is let in", "single-cluster", every(without("AuthorizationPolicy", "default"), without("TrafficExtension", "default")), directly},
		{"HTTP is not sent to HTTPS", "single-cluster", plain, doors},
	} {
		t.Run(fault.name, func(t *testing.T) {
			world := start(t, outside, compiled.Named(t, fault.policy), fault.edit)
			if tried := fault.try(world, t); len(tried.lines) == 0 {
				t.Errorf("%d requests came to what they should", tried.count)
			}
		})
	}
}

// What stands before the port for forwards is of two layers as well: the handshake, and Istio's authorization behind it. Each
// alone keeps strangers out, and without both the trial sees them get in.
func TestEachLayerKeepsStrangersFromForwarding(t *testing.T) {
	for _, layers := range []struct {
		name string
		edit edit
		in   bool
	}{
		{"the handshake alone", without("AuthorizationPolicy", mesh.System), false},
		{"the authorization alone", anyIdentity, false},
		{"neither", every(without("AuthorizationPolicy", mesh.System), anyIdentity), true},
	} {
		t.Run(layers.name, func(t *testing.T) {
			world, tried := start(t, outside, compiled.Named(t, "cogniverse"), layers.edit), &trial{}
			world.strangers(t, tried, world.clusters["us"])
			if in := len(tried.lines) > 0; in != layers.in {
				t.Errorf("strangers got in: %t, expected %t: %v", in, layers.in, tried.lines)
			}
		})
	}
}

// Either of the two that stand before a service is enough to keep others than its callers out. The filter stands before those
// that the gateway reaches, which in the smallest policy are all.
func TestEachLayerKeepsStrangersOut(t *testing.T) {
	for _, alone := range []struct {
		name, policy string
		edit         edit
	}{
		{"Istio's authorization alone", "canary", without("TrafficExtension", "default")},
		{"the filter alone", "single-cluster", without("AuthorizationPolicy", "default")},
	} {
		t.Run(alone.name, func(t *testing.T) {
			tried := start(t, outside, compiled.Named(t, alone.policy), alone.edit).directly(t)
			for _, line := range tried.lines {
				t.Error(line)
			}
		})
	}
}

// without takes the resources of a kind out of a namespace.
func without(kind, namespace string) edit {
	return func(configs []config.Config) []config.Config {
		return slices.DeleteFunc(configs, func(one config.Config) bool {
			return one.GroupVersionKind.Kind == kind && one.Namespace == namespace
		})
	}
}

func every(edits ...edit) edit {
	return func(configs []config.Config) []config.Config {
		for _, edit := range edits {
			configs = edit(configs)
		}
		return configs
	}
}

// each changes every resource with that specification.
func each[T any](change func(T)) edit {
	return func(configs []config.Config) []config.Config {
		for _, one := range configs {
			if spec, is := one.Spec.(T); is {
				change(spec)
			}
		}
		return configs
	}
}

var swapped = each(func(service *networking.VirtualService) {
	other := map[string]string{"stable": "canary", "canary": "stable"}
	for _, route := range service.Http {
		for _, destination := range route.Route {
			if subset, is := other[destination.Destination.Subset]; is {
				destination.Destination.Subset = subset
			}
		}
	}
})

var misplaced = each(func(extension *extensions.TrafficExtension) {
	for _, match := range extension.Match {
		match.Mode = 3 - match.Mode
	}
})

// anyIdentity has every port take whatever certificate of the mesh there is.
var anyIdentity = each(func(gateway *networking.Gateway) {
	for _, server := range gateway.Servers {
		server.Tls.SubjectAltNames = nil
	}
})

var plain = each(func(gateway *networking.Gateway) {
	for _, server := range gateway.Servers {
		if server.Port.Protocol == "HTTP" {
			server.Tls = nil
		}
	}
})
