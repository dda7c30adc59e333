package run

import (
	"crypto/tls"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// plainPort is where the gateway's pod takes HTTP, behind the Service's 80.
const plainPort = 8080

// doors tries connections that no gateway should take for a tenant's: without TLS, for another name, and in an old TLS. An
// ALB names no host in its handshakes, so that behind one the gateway takes them and serves the request's host, and no other.
func (w *world) doors(t testing.TB) *trial {
	tried := &trial{}
	for name, here := range w.clusters {
		row := w.atHome(t, name)
		tried.count++
		plain, err := net.Dial("tcp", net.JoinHostPort(here.gateway.Status.PodIP, strconv.Itoa(plainPort)))
		if err != nil {
			t.Fatal(err)
		}
		got := w.send(t, plain, row)
		_ = plain.Close()
		if got.status != http.StatusMovedPermanently || got.headers.Get("location") != "https://"+row.address() {
			tried.wrong("%s: without TLS: got %s", name, got)
		}
		served := w.policy.Ingress.Hosts[0]
		for what, config := range map[string]*tls.Config{
			"another name": {ServerName: "elsewhere.example.net", InsecureSkipVerify: true},
			"no name":      {InsecureSkipVerify: true},
			"TLS 1.1":      {ServerName: served, InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
		} {
			tried.count++
			dialer := &net.Dialer{Timeout: 10 * time.Second}
			connection, err := tls.DialWithDialer(dialer, "tcp", net.JoinHostPort(here.gateway.Status.PodIP, strconv.Itoa(gatewayPort)), config)
			switch nameless := w.policy.Ingress.HasFrontDoor("aws-alb") && what != "TLS 1.1"; {
			case err != nil && nameless:
				tried.wrong("%s: %s: %v", name, what, err)
			case err == nil && nameless:
				if got := w.send(t, connection, row); got.status != http.StatusOK {
					tried.wrong("%s: %s: a served host got %s", name, what, got)
				}
				other := w.made(t, row)
				other.host = "elsewhere.example.net"
				if got, err := other.send(connection); err != nil || got.status != http.StatusNotFound {
					tried.wrong("%s: %s: another host got %s, %v", name, what, got, err)
				}
			case err == nil:
				tried.wrong("%s: %s: the gateway took the connection", name, what)
			}
			if err == nil {
				_ = connection.Close()
			}
		}
	}
	return tried
}
