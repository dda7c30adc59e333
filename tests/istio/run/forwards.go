package run

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/tests/istio/internal/mesh"
)

// forwards tries the way from one cluster's gateway to another's: that what a client sends arrives as it is, with the word of
// both gateways for who they are; that nobody but a gateway gets in where forwards are taken; and that a gateway which says
// something untrue there, as one would that was broken into, gets no more than a client does.
func (w *world) forwards(t testing.TB) *trial {
	tried := &trial{}
	if !w.policy.Forwards() {
		return tried
	}
	for _, name := range slices.Sorted(maps.Keys(w.clusters)) {
		w.arrive(t, tried, name)
		w.strangers(t, tried, w.clusters[name])
		w.untrue(t, tried, name)
	}
	return tried
}

// arrive sends requests of the cluster's tenants to every other cluster, with a token, a query and a body.
func (w *world) arrive(t testing.TB, tried *trial, home string) {
	t.Helper()
	plain := w.atHome(t, home)
	for other := range w.clusters {
		said := w.explain(t, plain, other)
		if other == home || said.Verdict != "forward" {
			continue
		}
		plain.At = other
		posted := plain
		posted.Send = "POST https://" + plain.address()
		posted.JSON = fmt.Sprintf(`{"tenant_id": %q, "query": "%s"}`, said.Tenant, strings.Repeat("forwarded ", 3000))
		for _, sent := range []row{plain, posted} {
			tried.count++
			tried.lines = append(tried.lines, w.check(t, sent)...)
		}
	}
}

// strangers connect to the port for forwards who are no gateway of the meshes. They get nowhere.
func (w *world) strangers(t testing.TB, tried *trial, here *cluster) {
	t.Helper()
	gateway := runsAs(here.gateway)
	public, err := w.outside.certificate(w.policy.Ingress.Hosts...)
	if err != nil {
		t.Fatal(err)
	}
	strangers := []caller{
		{name: "nobody"},
		{name: "whoever has a public certificate", certificate: &public.pair},
		{name: "a gateway of another root", certificate: certify(t, newMeshAuthority(t), gateway)},
		here.caller(t, "the gateway's account in another namespace", account{w.policy.Metadata.Namespace, gateway.name}),
		here.caller(t, "an account beside the gateway's", account{mesh.System, "istiod"}),
		here.caller(t, "an account whose name begins like the gateway's", account{mesh.System, gateway.name + "-2"}),
	}
	for _, service := range w.policy.Services {
		as := account{w.policy.Metadata.Namespace, service.ServiceAccount}
		for _, there := range w.clusters {
			strangers = append(strangers, there.caller(t, as.name+" in "+there.name, as))
		}
	}
	row := w.atHome(t, here.name)
	for _, stranger := range strangers {
		tried.count++
		connection := stranger.secured(w.entrance(t, here), w.serverName(here))
		got, err := w.made(t, row).send(connection)
		_ = connection.Close()
		if !refused(got, err) {
			tried.wrong("%s: %s got into the port for forwards, and then: %s", here.name, stranger.name, got)
		}
	}
	tried.count++
	plain := w.entrance(t, here)
	defer plain.Close()
	if got, err := w.made(t, row).send(plain); !refused(got, err) {
		tried.wrong("%s: plain text got into the port for forwards, and then: %s", here.name, got)
	}
}

// refused tells whether a connection ended in the handshake, or Istio's authorization refused the request. What the filter
// says would be too late: it has looked at a stranger's request by then.
func refused(got answer, err error) bool {
	return err != nil || got.status == http.StatusForbidden && got.echo == nil && got.code == ""
}

// untrue sends, as another cluster's gateway, what that gateway should never have let through.
func (w *world) untrue(t testing.TB, tried *trial, name string) {
	t.Helper()
	here := w.clusters[name]
	for other, there := range w.clusters {
		if other == name {
			continue
		}
		sender := there.caller(t, "the gateway of "+other, runsAs(there.gateway))
		dial := func(t testing.TB, _ row) net.Conn {
			t.Helper()
			return sender.secured(w.entrance(t, here), w.serverName(here))
		}
		rows := w.odd(w.atHome(t, name))
		for _, row := range w.derived(t) {
			if row.At == name {
				rows = append(rows, row)
			}
		}
		for _, row := range rows {
			tried.count++
			tried.lines = append(tried.lines, w.checkAs(t, row, dial, sender.identity)...)
		}
		if w.policy.Tenancy.Token != nil {
			w.badTokensAt(t, tried, name, dial)
		}
		break
	}
}

// entrance is a connection to where the cluster's gateway takes forwards.
func (w *world) entrance(t testing.TB, here *cluster) net.Conn {
	t.Helper()
	port := here.inPod(t, uint32(w.policy.Clusters[here.name].ForwardPort))
	dialer := net.Dialer{Timeout: 10 * time.Second}
	connection, err := dialer.Dial("tcp", net.JoinHostPort(here.gateway.Status.PodIP, strconv.Itoa(int(port))))
	if err != nil {
		t.Fatal(err)
	}
	return connection
}

// serverName is a name that the cluster's gateway serves.
func (w *world) serverName(here *cluster) string {
	for _, host := range w.policy.Ingress.Hosts {
		if !strings.HasPrefix(host, "*") {
			return host
		}
	}
	host, _, _ := strings.Cut(w.policy.Clusters[here.name].Endpoint, ":")
	return host
}
