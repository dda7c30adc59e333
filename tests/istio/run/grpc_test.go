package run

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// gRPC survives the way to another cluster: HTTP/2 and its trailers, from the client through both gateways and a sidecar to the
// service and back.
func TestGRPCIsForwarded(t *testing.T) {
	file := compiled.Named(t, "cogniverse").
		With(t, map[string]any{"port": 8501, "protocol": "grpc", "callers": []string{"ingress"}}, "services", "cogniverse-dashboard").
		With(t, []any{
			map[string]any{"path": "/health", "methods": []string{"GET"}, "to": "cogniverse-runtime"},
			map[string]any{"path": "/shop.v1.Cart", "to": "cogniverse-dashboard"},
		}, "routes")
	world := start(t, outside, file)
	home := world.atHome(t, "eu")
	tenant := world.explain(t, home, "eu").Tenant

	host := world.policy.Ingress.Hosts[0]
	transport := &http.Transport{Protocols: new(http.Protocols), TLSClientConfig: &tls.Config{RootCAs: outside.pool(), ServerName: host}}
	transport.Protocols.SetHTTP2(true)
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		gateway := world.clusters["us"].gateway.Status.PodIP
		return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(gateway, strconv.Itoa(gatewayPort)))
	}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequest(http.MethodPost, "https://"+host+"/shop.v1.Cart/Add", strings.NewReader("\x00\x00\x00\x00\x03abc"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("content-type", "application/grpc")
	request.Header.Set("te", "trailers")
	request.Header.Set(world.policy.Tenancy.Header, tenant)
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(response.Body); err != nil {
		t.Fatal(err)
	}
	var seen echo
	if err := json.Unmarshal(body.Bytes(), &seen); err != nil {
		t.Fatalf("%s: %v: %s", response.Status, response.Header, body.String())
	}
	if response.ProtoMajor != 2 || response.Trailer.Get("grpc-status") != "0" {
		t.Errorf("the answer is in %s with the trailers %v", response.Proto, response.Trailer)
	}
	if seen.Cluster != "eu" || seen.Service != "cogniverse-dashboard" || seen.Path != "/shop.v1.Cart/Add" || seen.Body != "\x00\x00\x00\x00\x03abc" {
		t.Errorf("the service saw %+v", seen)
	}
	if peers := seen.peers(); len(peers) != 2 || peers[0] != runsAs(world.clusters["us"].gateway).identity() {
		t.Errorf("the service was called by %v", peers)
	}
}
