// Package accepted lists the warnings of Istio that stand, each with the reason why.
package accepted

import "strings"

// Warning is one that nothing is done about.
type Warning struct {
	// Kind is the kind of the object, and Text a part of what is said of it.
	Kind, Text string
	// Why says why nothing is done about it.
	Why string
}

// Warnings are all of them. The tests of the packages schema and analyze hold that each is still given.
var Warnings = []Warning{{
	Kind: "EnvoyFilter",
	Text: "EnvoyFilter exposes internal implementation details that may change at any time.",
	Why:  "said of every EnvoyFilter; no other resource holds bodies back in front of the router, drops a client's trace, leaves health checks untraced or words what Envoy answers for a cluster that is away, and the tests run what comes of it in Envoy",
}}

// Find is the warning that covers what was said, or nil.
func Find(kind, said string) *Warning {
	for i := range Warnings {
		if Warnings[i].Kind == kind && strings.Contains(said, Warnings[i].Text) {
			return &Warnings[i]
		}
	}
	return nil
}

// Unneeded are the warnings that were not found.
func Unneeded(found map[*Warning]bool) []Warning {
	var rest []Warning
	for i := range Warnings {
		if !found[&Warnings[i]] {
			rest = append(rest, Warnings[i])
		}
	}
	return rest
}
