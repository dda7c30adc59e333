package run

import (
	"crypto/tls"
	"fmt"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/pkg/features"
	xdstest "istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/security"
	"istio.io/istio/security/pkg/pki/ca"
	caserver "istio.io/istio/security/pkg/server/ca"
	"istio.io/istio/security/pkg/server/ca/authenticate"
	"istio.io/istio/security/pkg/server/ca/authenticate/kubeauth"
	"k8s.io/apimachinery/pkg/runtime"
)

const (
	// istiodPort is where proxies reach istiod with TLS.
	istiodPort = 15012
	// istiodName is the name in its certificate.
	istiodName = "istiod.istio-system.svc"
	// kubernetesCluster is the name that the injector gives a cluster by default.
	kubernetesCluster = "Kubernetes"
)

// istiod is one cluster's control plane.
type istiod struct {
	*xdstest.FakeDiscoveryServer
	address string
	// authority signs the workloads' certificates.
	authority *ca.IstioCA
}

// state is what a cluster's API server holds for istiod.
type state struct {
	objects []runtime.Object
	configs []config.Config
	mesh    *meshconfig.MeshConfig
}

// startIstiod serves discovery and certificates over TLS, to whoever brings a pod's token.
func startIstiod(t testing.TB, address string, state state, authority *ca.IstioCA, accounts []account, gateway account) *istiod {
	t.Helper()
	discovery := xdstest.NewFakeDiscoveryServer(t, xdstest.FakeOptions{
		DefaultClusterName: kubernetesCluster,
		KubernetesObjects:  state.objects,
		KubeClientModifier: apiServer(accounts, gateway),
		Configs:            state.configs,
		MeshConfig:         state.mesh,
	})

	certificate, key, err := authority.GenKeyCert([]string{istiodName}, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		t.Fatal(err)
	}

	authenticators := []security.Authenticator{
		&authenticate.ClientCertAuthenticator{},
		kubeauth.NewKubeJWTAuthenticator(meshwatcher.NewTestWatcher(state.mesh), discovery.KubeClient().Kube(), kubernetesCluster, nil, nil),
	}
	fetchModules(t, discovery.Discovery)
	discovery.Discovery.Authenticators = authenticators
	signer, err := caserver.New(authority, time.Hour, authenticators, nil)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(&tls.Config{
		Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12,
	})))
	discovery.Discovery.Register(server)
	signer.Register(server)
	listener := listen(t, address, istiodPort)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return &istiod{FakeDiscoveryServer: discovery, address: fmt.Sprintf("%s:%d", address, istiodPort), authority: authority}
}

// newMeshAuthority signs workloads' certificates, as istiod does where no certificate is plugged in.
func newMeshAuthority(t testing.TB) *ca.IstioCA {
	t.Helper()
	options, err := ca.NewSelfSignedDebugIstioCAOptions("", 24*time.Hour, time.Hour, 24*time.Hour, "cluster.local", 2048)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := ca.NewIstioCA(options)
	if err != nil {
		t.Fatal(err)
	}
	return authority
}

// root is the certificate that every workload of the cluster trusts.
func (i *istiod) root() []byte {
	return i.authority.GetCAKeyCertBundle().GetRootCertPem()
}

func init() {
	// Both need extensions that only Istio's build of Envoy has. The one tells telemetry about peers; the other lets a
	// peer know by ALPN that HTTP is spoken inside mTLS, which a strict listener does not ask for.
	features.MetadataExchange = false
	features.ALPNFilter = false
}
