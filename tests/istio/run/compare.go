package run

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// difference collects what is otherwise than expected.
type difference struct {
	row  row
	sent request
	got  answer
	// forwarder is the identity of the gateway that forwarded the request to its home; empty where none did.
	forwarder string
	lines     []string
}

func (d *difference) is(what string, expected, seen any) {
	if fmt.Sprint(expected) != fmt.Sprint(seen) {
		d.lines = append(d.lines, fmt.Sprintf("%s, at %s: expected %s %v, saw %v (%s)", d.row.Name, d.row.At, what, expected, seen, d.got))
	}
}

// check sends a row and says what is otherwise than `tenantry explain` says, or than the row itself does.
func (w *world) check(t testing.TB, row row) []string {
	t.Helper()
	return w.checkAs(t, row, w.public, "")
}

// checkAs does so over another connection than a client's: a forwarder's of that identity.
func (w *world) checkAs(t testing.TB, row row, dial dialer, forwarder string) []string {
	t.Helper()
	said := w.explain(t, row, row.At)
	connection := dial(t, row)
	defer connection.Close()
	found := &difference{row: row, forwarder: forwarder}
	for sent := 0; sent == 0 || sent < row.Flood && found.got.status != row.Expect.Status; sent++ {
		found.sent = w.made(t, row)
		got, err := found.sent.send(connection)
		if err != nil {
			t.Fatalf("%s: %v", row.Name, err)
		}
		found.got = got
	}
	switch {
	case row.Flood > 0:
		// `explain` takes every rate to have room.
	case said.Verdict == noRequest:
		found.is("status", http.StatusBadRequest, found.got.status)
	case said.Verdict == "refuse":
		found.is("status", said.Status, found.got.status)
		// Envoy may be first to refuse what is malformed, and says less.
		if !row.Odd || found.got.status != http.StatusBadRequest || found.got.code != "" {
			found.is("code", said.Code, found.got.code)
		}
	case said.Verdict == "redirect":
		found.is("status", said.Status, found.got.status)
		found.is("location", "https://"+w.policy.Clusters[said.Cluster].Endpoint+row.target(), found.got.headers.Get("location"))
	case said.Verdict == "forward":
		// The home cluster's gateway decides in its turn.
		found.forwarder = runsAs(w.clusters[row.At].gateway).identity()
		w.reached(found, w.explain(t, row, said.Cluster))
	default:
		w.reached(found, said)
	}
	found.itself()
	return found.lines
}

// reached compares what a service saw.
func (w *world) reached(found *difference, said explanation) {
	if said.Verdict != "allow" {
		found.is("status", said.Status, found.got.status)
		found.is("code", said.Code, found.got.code)
		return
	}
	echo := found.got.echo
	if echo == nil {
		found.lines = append(found.lines, fmt.Sprintf("%s, at %s: expected %s to answer, saw %s", found.row.Name, found.row.At, said.Service, found.got))
		return
	}
	found.is("cluster", said.Cluster, echo.Cluster)
	found.is("service", said.Service, echo.Service)
	if said.Release != "" {
		found.is("release", said.Release, echo.Release)
	}
	if !found.row.Odd {
		found.is("path", w.rewritten(said.Route, found.row.target()), echo.Path)
	}
	// A gateway takes nobody's word but its own peer's, and hands it on.
	peers := []string{runsAs(w.clusters[said.Cluster].gateway).identity()}
	if found.forwarder != "" {
		peers = append([]string{found.forwarder}, peers...)
	}
	found.is("peers", peers, echo.peers())
	found.is("body", found.sent.body, echo.Body)
	for _, header := range found.sent.headers {
		if value, is := strings.CutPrefix(header, "authorization: "); is {
			found.is("authorization", []string{value}, echo.Headers["Authorization"])
		}
	}
	// The tenant is said once or not at all, and so is every stamp.
	headers := map[string][]string{}
	if said.Tenant != "" {
		headers[http.CanonicalHeaderKey(w.policy.Tenancy.Header)] = []string{said.Tenant}
	}
	for name, value := range said.Set {
		headers[http.CanonicalHeaderKey(name)] = []string{value}
	}
	seen := maps.Clone(echo.Headers)
	maps.DeleteFunc(seen, func(name string, _ []string) bool {
		plain := strings.ReplaceAll(strings.ToLower(name), "_", "-")
		return plain != strings.ToLower(w.policy.Tenancy.Header) && !strings.HasPrefix(plain, "x-tenantry-")
	})
	found.is("headers", headers, map[string][]string(seen))
}

// rewritten is the path that a service gets, where the client wrote it in normal form.
func (w *world) rewritten(route, target string) string {
	for _, candidate := range w.policy.Routes {
		if candidate.Path != route || candidate.Rewrite == "" {
			continue
		}
		rest := strings.TrimPrefix(target, route)
		return strings.TrimSuffix(candidate.Rewrite, "/") + rest
	}
	return target
}

// itself compares what the row says of its own outcome.
func (d *difference) itself() {
	expect, echo := d.row.Expect, d.got.echo
	if expect.Status != 0 {
		d.is("its own status", expect.Status, d.got.status)
	}
	if expect.Code != "" {
		d.is("its own code", expect.Code, d.got.code)
	}
	for _, of := range []struct{ what, expected string }{
		{"cluster", expect.Cluster}, {"service", expect.Service}, {"release", expect.Release}, {"path", expect.Path},
	} {
		if of.expected == "" {
			continue
		}
		seen := "nobody's"
		if echo != nil {
			seen = map[string]string{"cluster": echo.Cluster, "service": echo.Service, "release": echo.Release, "path": echo.Path}[of.what]
		}
		d.is("its own "+of.what, of.expected, seen)
	}
	for _, name := range slices.Sorted(maps.Keys(expect.Upstream)) {
		var expected, seen []string
		if value := expect.Upstream[name]; value != nil {
			expected = []string{*value}
		}
		if echo != nil {
			seen = echo.Headers[http.CanonicalHeaderKey(name)]
		}
		d.is("its own header "+name, expected, seen)
	}
}
