package run

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"tenantry/tests/istio/internal/policy"
)

// internet is what the mesh reaches outside of itself, under the policy's own names: istiod and the agents get there by a
// proxy on loopback, as in a company network, and trust its authority.
type internet struct {
	*authority
	issuer *issuer
	hosts  map[string]http.Handler
	// registries are those among the hosts, without their doormen.
	registries map[string]http.Handler
	inside     *connections
	// environment makes a process go through the proxy and trust the authority.
	environment []string
}

// newInternet runs until the test program ends. It has to be there before anything in the program makes its first request,
// because Go reads the variables once.
func newInternet(folder string) (*internet, error) {
	authority, err := newAuthority("The public's authority")
	if err != nil {
		return nil, err
	}
	roots := filepath.Join(folder, "roots.pem")
	if err := os.WriteFile(roots, authority.pem, 0o644); err != nil {
		return nil, err
	}
	issuer, err := newIssuer()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	made := &internet{
		authority: authority, issuer: issuer, hosts: map[string]http.Handler{}, registries: map[string]http.Handler{},
		inside:      newConnections(listener.Addr()),
		environment: []string{"HTTPS_PROXY=http://" + listener.Addr().String(), "SSL_CERT_FILE=" + roots},
	}
	quiet := log.New(io.Discard, "", 0)
	go func() { _ = (&http.Server{Handler: http.HandlerFunc(made.connect), ErrorLog: quiet}).Serve(listener) }()
	go func() {
		_ = (&http.Server{Handler: http.HandlerFunc(made.dispatch), ErrorLog: quiet}).Serve(made.inside)
	}()
	return made, nil
}

// connect takes a proxy's CONNECT, whatever its port, and goes on in TLS as the host that was asked for.
func (i *internet) connect(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.Host)
	if r.Method != http.MethodConnect || err != nil || i.hosts[host] == nil {
		http.Error(w, "no such host", http.StatusBadGateway)
		return
	}
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	certificate, err := i.certificate(host)
	if err != nil {
		_ = connection.Close()
		return
	}
	_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\n\r\n")
	i.inside.hand(tls.Server(connection, &tls.Config{Certificates: []tls.Certificate{certificate.pair}}))
}

func (i *internet) dispatch(w http.ResponseWriter, r *http.Request) {
	i.hosts[r.Host].ServeHTTP(w, r)
}

// serve puts what a policy refers to in its place: the keys of its issuer, and the filter as it was compiled.
func (i *internet) serve(t testing.TB, read *policy.Policy, compiled string) {
	t.Helper()
	if token := read.Tenancy.Token; token != nil {
		i.hosts[host(t, token.JWKS)] = i.issuer
	}
	filter := host(t, read.Filter.URL)
	folder := filepath.Join(compiled, "filter")
	if read.Filter.URL[:6] != "oci://" {
		i.hosts[filter] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.ServeFile(w, r, filepath.Join(folder, "tenantry_filter.wasm"))
		})
		return
	}
	if i.registries[filter] == nil {
		i.registries[filter] = registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	}
	i.hosts[filter] = i.registries[filter]
	if read.Filter.PullSecret != "" {
		i.hosts[filter] = closed(filter, i.registries[filter])
	}
	publish(t, filepath.Join(folder, "oci"), read.Filter.URL)
}

// login is the one in the pull secret that `internal/mesh` makes.
var login = authn.Basic{Username: "pull", Password: "pull"}

// closed lets in whoever has a token, and gives one to whoever logs in. Istio's agents take no registry's word for where to
// log in unless it is a URL, so that a realm such as `registry`, for logging in without a token, would not do.
func closed(host string, registry http.Handler) http.Handler {
	const token = "a-token-for-pulling"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch user, password, _ := r.BasicAuth(); {
		case r.URL.Path == "/token" && user == login.Username && password == login.Password:
			_ = json.NewEncoder(w).Encode(map[string]string{"token": token})
		case r.Header.Get("authorization") == "Bearer "+token:
			registry.ServeHTTP(w, r)
		default:
			w.Header().Set("www-authenticate", `Bearer realm="https://`+host+`/token",service="registry"`)
			http.Error(w, "log in", http.StatusUnauthorized)
		}
	})
}

// publish pushes the image of a layout, as the compiler says to do.
func publish(t testing.TB, folder, target string) {
	t.Helper()
	reference, err := name.ParseReference(target[len("oci://"):])
	if err != nil {
		t.Fatal(err)
	}
	index, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	manifests, err := index.IndexManifest()
	if err != nil || len(manifests.Manifests) != 1 {
		t.Fatalf("%s: %v, %v", folder, manifests, err)
	}
	image, err := index.Image(manifests.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(reference, image, remote.WithAuth(&login)); err != nil {
		t.Fatal(err)
	}
}

func host(t testing.TB, address string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Host
}
