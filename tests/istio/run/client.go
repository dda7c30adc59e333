package run

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// answer is what a client gets.
type answer struct {
	status  int
	headers http.Header
	// code is a refusal's.
	code string
	// echo is nil unless a service answered, be it with a failure.
	echo *echo
	body string
}

// dialer connects to a gateway for a row.
type dialer func(t testing.TB, row row) net.Conn

// public connects as a client does.
func (w *world) public(t testing.TB, row row) net.Conn {
	t.Helper()
	return w.dial(t, row.At, w.policy.Ingress.Hosts, row.host())
}

// dial connects in TLS. The name in the handshake is the host, or one that is served, as somebody would do who is after
// another host behind the same address.
func (w *world) dial(t testing.TB, at string, served []string, host string) net.Conn {
	t.Helper()
	name, certified := "", ""
	for _, pattern := range served {
		suffix, wild := strings.CutPrefix(pattern, "*")
		switch {
		case pattern == host || name == "" && !wild:
			name, certified = pattern, pattern
		case wild && strings.HasSuffix(host, suffix):
			// Envoy takes the wildcard for any number of labels, and clients for one.
			name, certified = host, "any"+suffix
		}
	}
	config := &tls.Config{ServerName: name, NextProtos: []string{"http/1.1"}, InsecureSkipVerify: true}
	config.VerifyConnection = func(state tls.ConnectionState) error {
		_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: certified, Roots: w.outside.pool()})
		return err
	}
	dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: 10 * time.Second}, Config: config}
	connection, err := dialer.Dial("tcp", fmt.Sprintf("%s:%d", w.clusters[at].gateway.Status.PodIP, gatewayPort))
	if err != nil {
		t.Fatalf("the gateway of %s, as %s: %v", at, name, err)
	}
	return connection
}

// request is one as it goes over the wire, byte by byte, because a library would mend what is meant to be wrong.
type request struct {
	method, target, host string
	// headers are lines.
	headers []string
	body    string
}

// made is a row's request, with a token of its own.
func (w *world) made(t testing.TB, row row) request {
	t.Helper()
	made := request{row.method(), row.target(), row.host(), slices.Clone(row.Headers), row.JSON}
	if row.Token != "" {
		made.headers = append(made.headers, "authorization: Bearer "+w.outside.issuer.token(t, w.policy.Tenancy.Token, row.Token, nil))
	}
	if row.JSON != "" {
		made.headers = append(made.headers, "content-type: application/json")
	}
	return made
}

// send sends a row over a connection.
func (w *world) send(t testing.TB, connection net.Conn, row row) answer {
	t.Helper()
	got, err := w.made(t, row).send(connection)
	if err != nil {
		t.Fatalf("%s: %v", row.Name, err)
	}
	return got
}

// send sends the request over a connection, which can take another one afterwards.
func (r request) send(connection net.Conn) (answer, error) {
	var bytes strings.Builder
	fmt.Fprintf(&bytes, "%s %s HTTP/1.1\r\nhost: %s\r\n", r.method, r.target, r.host)
	for _, header := range r.headers {
		bytes.WriteString(header + "\r\n")
	}
	fmt.Fprintf(&bytes, "content-length: %d\r\n\r\n%s", len(r.body), r.body)
	_ = connection.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := io.WriteString(connection, bytes.String()); err != nil {
		return answer{}, err
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: r.method})
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	got := answer{status: response.StatusCode, headers: response.Header, body: string(body)}
	if strings.HasPrefix(response.Header.Get("content-type"), "application/problem+json") {
		var problem struct{ Code string }
		if err := json.Unmarshal(body, &problem); err != nil {
			return got, err
		}
		got.code = problem.Code
	}
	if response.Header.Get("content-type") == "application/json" {
		err = json.Unmarshal(body, &got.echo)
	}
	return got, err
}

// String is one line about the answer.
func (a answer) String() string {
	if a.echo != nil {
		return fmt.Sprintf("%d from %s/%s/%s, path %s", a.status, a.echo.Cluster, a.echo.Service, a.echo.Release, a.echo.Path)
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", a.status, a.code, a.headers.Get("location")))
}
