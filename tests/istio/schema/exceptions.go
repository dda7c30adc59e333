package schema

import (
	"strings"

	"tenantry/tests/istio/internal/compiled"
)

// exception is a warning that stands.
type exception struct {
	kind, warning string
	// why says why nothing is done about it.
	why string
}

// exceptions are all of them; a test holds that each is still needed.
var exceptions = []exception{{
	kind:    "EnvoyFilter",
	warning: "EnvoyFilter exposes internal implementation details that may change at any time.",
	why:     "said of every EnvoyFilter; no other resource holds bodies back in front of the router or drops a client's trace, and the tests run what comes of it in Envoy",
}}

// unexpected are the warnings that no exception covers.
func unexpected(resource compiled.Resource, warnings []string) []string {
	var rest []string
	for _, warning := range warnings {
		if excepted(resource, warning) == nil {
			rest = append(rest, warning)
		}
	}
	return rest
}

func excepted(resource compiled.Resource, warning string) *exception {
	for i := range exceptions {
		if exceptions[i].kind == resource.GetKind() && strings.HasPrefix(warning, exceptions[i].warning) {
			return &exceptions[i]
		}
	}
	return nil
}
