package analyze

import (
	"strings"

	"istio.io/istio/pkg/config/analysis/diag"
)

// exception is a message that stands.
type exception struct {
	code, kind, text string
	// why says why nothing is done about it.
	why string
}

// exceptions are all of them; a test holds that each is still needed.
var exceptions = []exception{{
	code: "IST0133",
	kind: "EnvoyFilter",
	text: "EnvoyFilter exposes internal implementation details that may change at any time.",
	why:  "said of every EnvoyFilter; no other resource holds bodies back in front of the router or drops a client's trace, and the tests run what comes of it in Envoy",
}}

func excepted(message diag.Message) *exception {
	for i, exception := range exceptions {
		if message.Type.Code() == exception.code && message.Resource != nil &&
			message.Resource.Metadata.Schema.Kind() == exception.kind && strings.Contains(message.String(), exception.text) {
			return &exceptions[i]
		}
	}
	return nil
}
