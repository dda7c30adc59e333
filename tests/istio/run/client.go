package run

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
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
	// echo is nil unless a service answered.
	echo *echo
	body string
}

// client is a connection to a gateway.
type client struct {
	net.Conn
	reader *bufio.Reader
}

// dial connects in TLS. The name in the handshake is the host, or one that is served, as somebody would do who is after
// another host behind the same address.
func (w *world) dial(t testing.TB, at string, served []string, host string) *client {
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
	return &client{connection, bufio.NewReader(connection)}
}

// send writes a row byte by byte, because a library would mend what is meant to be wrong.
func (w *world) send(t testing.TB, client *client, row row) answer {
	t.Helper()
	var request bytes.Buffer
	fmt.Fprintf(&request, "%s %s HTTP/1.1\r\nhost: %s\r\n", row.method(), row.target(), row.host())
	for _, header := range row.Headers {
		request.WriteString(header + "\r\n")
	}
	if row.Token != "" {
		fmt.Fprintf(&request, "authorization: Bearer %s\r\n", w.outside.issuer.token(t, w.policy.Tenancy.Token, row.Token, nil))
	}
	if row.JSON != "" {
		fmt.Fprintf(&request, "content-type: application/json\r\ncontent-length: %d\r\n", len(row.JSON))
	} else if row.method() == http.MethodPost {
		request.WriteString("content-length: 0\r\n")
	}
	request.WriteString("\r\n" + row.JSON)
	_ = client.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := client.Write(request.Bytes()); err != nil {
		t.Fatalf("%s: %v", row.Name, err)
	}
	response, err := http.ReadResponse(client.reader, &http.Request{Method: row.method()})
	if err != nil {
		t.Fatalf("%s: %v", row.Name, err)
	}
	return read(t, response)
}

// read takes a whole answer.
func read(t testing.TB, response *http.Response) answer {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	made := answer{status: response.StatusCode, headers: response.Header, body: string(body)}
	switch {
	case strings.HasPrefix(response.Header.Get("content-type"), "application/problem+json"):
		var problem struct{ Code string }
		if err := json.Unmarshal(body, &problem); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		made.code = problem.Code
	case response.StatusCode == http.StatusOK && json.Unmarshal(body, &made.echo) != nil:
		t.Fatalf("no service answered this: %s", body)
	}
	return made
}

// String is one line about the answer.
func (a answer) String() string {
	if a.echo != nil {
		return fmt.Sprintf("%d from %s/%s/%s, path %s", a.status, a.echo.Cluster, a.echo.Service, a.echo.Release, a.echo.Path)
	}
	return fmt.Sprintf("%d %s %s", a.status, a.code, a.headers.Get("location"))
}
