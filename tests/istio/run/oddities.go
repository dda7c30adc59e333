package run

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// oddities sends requests that proxies and applications are known to read differently: paths, hosts, methods and headers.
// Whatever `tenantry explain` says of them has to be so.
func (w *world) oddities(t testing.TB) *trial {
	tried := &trial{}
	for _, name := range slices.Sorted(maps.Keys(w.clusters)) {
		home := w.atHome(t, name)
		for _, odd := range w.odd(home) {
			tried.count++
			tried.lines = append(tried.lines, w.check(t, odd)...)
		}
	}
	return tried
}

// odd are versions of a good request.
func (w *world) odd(home row) []row {
	var rows []row
	add := func(name string, change func(*row)) {
		odd := home
		odd.Name, odd.Headers, odd.Odd = name, slices.Clone(home.Headers), true
		change(&odd)
		rows = append(rows, odd)
	}
	path, _, _ := strings.Cut(home.target(), "?")
	path = strings.TrimSuffix(path, "/of/"+home.At)
	if path == "" {
		path = "/of"
	}
	for _, target := range []string{
		path + "/", path + "//", path + "/.", path + "/..", path + "/./x", path + "/../x", path + "/x/../y", path + "/..;/x",
		path + ";x", path + ";x=1/y", path + "/%2e%2e/x", path + "/%2E%2E%2Fx", path + "%2fx", path + "%5cx", path + "\\x",
		path + "/%00", path + "/%", path + "/%zz", path + "/%c3%a9", path + "/é", path + "/a%20b", path + "?", path + "?a=%2e%2e/",
		path + "?a=//b", path + "/x?y?z", path + "?q=é", path + "?a#b", path + "/\x7f", path + "x", path + "%78",
		"/" + path, "/." + path, "/x/.." + path, "/%2e" + path,
		strings.ToUpper(path), strings.Replace(path, "/", "/%", 1), "/", "//", "/%2f", "/..//", "/..", "/" + strings.Repeat("a", 4000),
		path + "/" + strings.Repeat("a/../", 200),
	} {
		add(target[:min(len(target), 60)], func(odd *row) { odd.Send = home.method() + " https://" + home.host() + target })
	}
	for _, host := range []string{
		home.host() + ":443", home.host() + ":8443", home.host() + ":1", strings.ToUpper(home.host()), home.host() + ".",
		"x." + home.host(), "localhost", "127.0.0.1", home.host() + ".elsewhere.example",
	} {
		add("host "+host, func(odd *row) { odd.Send = home.method() + " https://" + host + home.target() })
	}
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "PURGE"} {
		add("method "+method, func(odd *row) { odd.Send = method + " https://" + home.address() })
	}
	header := w.policy.Tenancy.Header
	said := home.Headers[0]
	tenant := strings.TrimPrefix(said, header+": ")
	for _, headers := range [][]string{
		{strings.ToUpper(header) + ": " + tenant}, {strings.ToLower(header) + ":" + tenant}, {header + ":   " + tenant + "  "},
		{header + ": "}, {said, header + ": "}, {said, said}, {said + ","}, {said + ", " + tenant}, {said + ";x"}, {said + " x"},
		{header + ": " + strings.ToUpper(tenant)}, {header + ": \"" + tenant + "\""}, {header + ": ../" + tenant},
		{header + ": " + strings.Repeat("a", 129)}, {header + ": " + tenant + "\u00a0"}, {header + ": " + tenant + "\u200b"},
		{strings.ReplaceAll(header, "-", "_") + ": " + tenant}, {said, strings.ReplaceAll(header, "-", "_") + ": other"},
		{said, strings.ReplaceAll(header, "-", ".") + ": other"}, {said, "x-tenantry-tier: gold", "X-TENANTRY-CLUSTER: other"},
		{said, "x-tenantry-anything: x"}, {said, "x-tenantry-via: " + home.At}, {said, "x-tenantry-via: elsewhere"}, {said, "x_tenantry_cluster: x"}, {said, "x-envoy-original-path: /x"},
		{said, "x-forwarded-host: elsewhere.example"}, {said, "x-original-url: /x"}, {said, "x-http-method-override: DELETE"},
		{said, "x-forwarded-client-cert: By=x;URI=spiffe://cluster.local/ns/x/sa/x"}, {said, "x-envoy-peer-metadata: x"},
		{said, "x-envoy-retry-on: 5xx", "x-envoy-max-retries: 9"}, {said, "x-envoy-upstream-rq-timeout-ms: 1"},
	} {
		add("headers "+strings.Join(headers, " | "), func(odd *row) { odd.Headers = headers })
	}
	return rows
}
