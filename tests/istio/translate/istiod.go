package translate

import (
	"fmt"
	"strings"
	"testing"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/features"
	"istio.io/istio/pilot/pkg/model"
	v3 "istio.io/istio/pilot/pkg/xds/v3"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/jwt"
	"istio.io/istio/pkg/log"
	"istio.io/istio/pkg/spiffe"
	"istio.io/istio/pkg/util/sets"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/mesh"
	"tenantry/tests/istio/internal/policy"
)

func init() {
	// By default istiod fetches signing keys over the network while it translates. Told to leave that to Envoy, it writes
	// down where they are, which is what there is to compare.
	features.JwksFetchMode = jwt.Envoy
	// istiod's log is about its fake surroundings.
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
}

// Istiod is a discovery server that holds one cluster.
type Istiod struct {
	// Refused are resources that Istio's validation keeps out of the cluster, and why.
	Refused []string

	server *xds.FakeDiscoveryServer
	pods   []*corev1.Pod
}

// Start starts istiod's discovery server with the cluster's resources, in the mesh around them.
func Start(t testing.TB, file compiled.Policy, cluster compiled.Cluster) Istiod {
	t.Helper()
	around := mesh.Of(t, file, cluster)
	if traced := policy.Read(t, file.Path).Tracing; traced != nil && traced.Mode == "per-tenant" {
		traceEverything(around.Config)
	}
	objects := append([]*unstructured.Unstructured{}, around.Objects...)
	var istiod Istiod
	var configs []config.Config
	for _, resource := range cluster.Resources {
		if !strings.Contains(resource.GetAPIVersion(), "istio.io/") {
			objects = append(objects, resource.Unstructured)
			continue
		}
		parsed, _, err := crd.ParseInputs(string(resource.Raw))
		if err != nil {
			istiod.Refused = append(istiod.Refused, fmt.Sprintf("%s: %v", resource, err))
			continue
		}
		configs = append(configs, parsed...)
	}
	var stored []runtime.Object
	for index, object := range objects {
		// Custom resources of the charts are in nobody's way; the discovery server reads core Kubernetes alone.
		typed, err := scheme.Scheme.New(object.GroupVersionKind())
		if err != nil {
			continue
		}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, typed); err != nil {
			t.Fatalf("%s %s/%s: %v", object.GetKind(), object.GetNamespace(), object.GetName(), err)
		}
		switch typed := typed.(type) {
		case *corev1.Service:
			if typed.Spec.ClusterIP == "" {
				typed.Spec.ClusterIP = fmt.Sprintf("10.96.%d.%d", index/256, index%256)
			}
		case *corev1.Pod:
			istiod.pods = append(istiod.pods, typed)
		}
		stored = append(stored, typed)
	}
	istiod.server = xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
		KubernetesObjects:          stored,
		Configs:                    configs,
		MeshConfig:                 around.Config,
		DisableSecretAuthorization: true,
	})
	return istiod
}

// Proxies are what every proxy of the cluster gets, in the order of pods.
func (i Istiod) Proxies(t testing.TB) []*Proxy {
	t.Helper()
	var proxies []*Proxy
	for _, pod := range i.pods {
		if hasProxy(pod) {
			proxies = append(proxies, i.ask(t, pod))
		}
	}
	return proxies
}

// ask gets what the proxy of a pod would get.
func (i Istiod) ask(t testing.TB, pod *corev1.Pod) *Proxy {
	t.Helper()
	kind := model.SidecarProxy
	if pod.Namespace == mesh.System && strings.HasSuffix(pod.Labels["istio"], "gateway") {
		kind = model.Router
	}
	account := pod.Spec.ServiceAccountName
	node := i.server.SetupProxy(&model.Proxy{
		ID:               pod.Name + "." + pod.Namespace,
		Type:             kind,
		IPAddresses:      []string{pod.Status.PodIP},
		ConfigNamespace:  pod.Namespace,
		Labels:           pod.Labels,
		VerifiedIdentity: &spiffe.Identity{TrustDomain: "cluster.local", Namespace: pod.Namespace, ServiceAccount: account},
		Metadata: &model.NodeMetadata{
			Labels:         pod.Labels,
			Namespace:      pod.Namespace,
			ServiceAccount: account,
			ClusterID:      "Kubernetes",
			IstioVersion:   "1.31.0",
		},
	})
	proxy := newProxy(pod)
	proxy.Listeners = i.server.Listeners(node)
	for _, cluster := range i.server.Clusters(node) {
		proxy.Clusters[cluster.Name] = cluster
	}
	for _, routes := range i.server.RoutesFromListeners(node, proxy.Listeners) {
		proxy.Routes[routes.Name] = routes
	}
	for _, endpoints := range i.server.Endpoints(node) {
		proxy.Endpoints[endpoints.ClusterName] = endpoints
	}
	// Through the generator, which fetches pull secrets, too.
	request := &model.PushRequest{Forced: true, Push: i.server.PushContext()}
	watched := &model.WatchedResource{ResourceNames: sets.New(proxy.discovered(t)...)}
	extensions, _, err := i.server.Discovery.Generators[v3.ExtensionConfigurationType].Generate(node, watched, request)
	if err != nil {
		t.Fatal(err)
	}
	for _, extension := range extensions {
		proxy.Extensions[extension.Name] = unpack[core.TypedExtensionConfig](extension.Resource)
	}
	return proxy
}

func hasProxy(pod *corev1.Pod) bool {
	for _, container := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
		if container.Name == "istio-proxy" {
			return true
		}
	}
	return false
}
