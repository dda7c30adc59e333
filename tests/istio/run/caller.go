package run

import (
	"crypto/tls"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"istio.io/istio/security/pkg/pki/ca"
	corev1 "k8s.io/api/core/v1"

	"tenantry/tests/istio/internal/mesh"
	"tenantry/tests/istio/internal/policy"
)

// caller is somebody in the mesh who calls services.
type caller struct {
	name     string
	identity string
	// certificate says the identity; a caller without one speaks plain text.
	certificate *tls.Certificate
	// unknown callers have no certificate that the mesh knows, so that sidecars refuse their connections.
	unknown bool
	// among are the policy's names of the callers that have this identity.
	among []string
}

// callers are the gateway, every service's account, and some who are nobody's caller.
func (c *cluster) callers(t testing.TB, read *policy.Policy) []caller {
	t.Helper()
	gateway := runsAs(c.gateway)
	callers := []caller{
		c.caller(t, "the gateway", gateway, policy.IngressCaller),
		c.caller(t, "an account that no service has", account{read.Metadata.Namespace, "default"}),
		c.caller(t, "the gateway's account in another namespace", account{read.Metadata.Namespace, gateway.name}),
		c.caller(t, "an account beside the gateway's", account{mesh.System, "istiod"}),
		{name: "plain text", unknown: true},
		{name: "another mesh's gateway", unknown: true, certificate: certify(t, newMeshAuthority(t), gateway)},
	}
	accounts := map[string][]string{}
	for name, service := range read.Services {
		accounts[service.ServiceAccount] = append(accounts[service.ServiceAccount], name)
	}
	for name, services := range accounts {
		callers = append(callers,
			c.caller(t, strings.Join(services, " and "), account{read.Metadata.Namespace, name}, services...),
			c.caller(t, name+" in another namespace", account{"elsewhere", name}))
	}
	return callers
}

func (c *cluster) caller(t testing.TB, name string, as account, among ...string) caller {
	t.Helper()
	return caller{name: name, identity: as.identity(), certificate: certify(t, c.istiod.authority, as), among: among}
}

// certify makes a workload's certificate.
func certify(t testing.TB, authority *ca.IstioCA, as account) *tls.Certificate {
	t.Helper()
	certificate, key, err := authority.GenKeyCert([]string{as.identity()}, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	return &pair
}

// may tells whether the policy lets the caller call the service.
func (c caller) may(service policy.Service) bool {
	for _, name := range c.among {
		if service.CalledBy(name) {
			return true
		}
	}
	return false
}

// call sends a request to a pod directly, past the caller's own sidecar if it has one. An error is the sidecar's refusal
// of the connection.
func (c caller) call(t testing.TB, pod *corev1.Pod, port int, request request) (answer, error) {
	t.Helper()
	dialer := net.Dialer{Timeout: 10 * time.Second}
	plain, err := dialer.Dial("tcp", net.JoinHostPort(pod.Status.PodIP, strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if c.certificate == nil {
		return request.send(plain)
	}
	return request.send(c.secured(plain, "outbound_.service"))
}

// secured is the connection in mTLS, with a name in the handshake. Without a certificate of its own the caller shows none.
func (c caller) secured(plain net.Conn, name string) *tls.Conn {
	config := &tls.Config{
		NextProtos: []string{"istio"}, ServerName: name,
		// Workloads have no host names; the other side's identity is not what is tried here.
		InsecureSkipVerify: true,
	}
	if c.certificate != nil {
		config.Certificates = []tls.Certificate{*c.certificate}
	}
	return tls.Client(plain, config)
}

// through sends a request to a service in the ordinary way: as an application whose sidecar takes its connections.
func (c *cluster) through(t testing.TB, pod *corev1.Pod, service *corev1.Service, request request) (answer, error) {
	t.Helper()
	from := &net.TCPAddr{IP: net.ParseIP(pod.Status.PodIP), Port: 40000}
	to := &net.TCPAddr{IP: net.ParseIP(service.Spec.ClusterIP), Port: int(service.Spec.Ports[0].Port)}
	connection, err := captured(pod.Status.PodIP, outboundPort, from, to)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	return request.send(connection)
}
