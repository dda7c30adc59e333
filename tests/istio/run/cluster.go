package run

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"istio.io/istio/pkg/config"
	"istio.io/istio/security/pkg/pki/ca"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/mesh"
	"tenantry/tests/istio/internal/policy"
)

// gatewayPort is where the gateway's pod takes HTTPS, behind the Service's 443.
const gatewayPort = 8443

// gatewayService is the name of the gateway's Service.
const gatewayService = "istio-ingressgateway"

// world is a policy with all of its clusters running.
type world struct {
	policy   *policy.Policy
	file     compiled.Policy
	outside  *internet
	clusters map[string]*cluster
	// root is nil where the clusters do not forward to each other, and each mesh has a root of its own.
	root *root
}

// cluster is one of the policy's clusters.
type cluster struct {
	name    string
	state   state
	istiod  *istiod
	gateway *corev1.Pod
	proxies map[string]*proxy
	// start runs a pod's proxy.
	start func(t testing.TB, pod *corev1.Pod) *proxy
	// phoenix is nil where the policy traces nothing.
	phoenix *phoenix
}

// edit changes compiled resources.
type edit func([]config.Config) []config.Config

// start runs a policy's clusters until the test ends. What is compiled can be edited before.
func start(t testing.TB, outside *internet, file compiled.Policy, edits ...edit) *world {
	t.Helper()
	made := &world{policy: policy.Read(t, file.Path), file: file, outside: outside, clusters: map[string]*cluster{}}
	outside.serve(t, made.policy, file.Dir(t))
	network := newNetwork(t)
	gateways := map[string]*cluster{}
	if made.policy.Forwards() {
		made.root = newRoot(t)
	}
	for _, compiled := range file.Compile(t) {
		here := made.prepare(t, network, compiled)
		made.clusters[here.name] = here
		host, _, _ := strings.Cut(made.policy.Clusters[here.name].Endpoint, ":")
		gateways[host] = here
	}
	for _, name := range slices.Sorted(maps.Keys(made.clusters)) {
		for _, edit := range edits {
			made.clusters[name].state.configs = edit(made.clusters[name].state.configs)
		}
		made.clusters[name].run(t, made, network, gateways)
	}
	for _, cluster := range made.clusters {
		for _, proxy := range cluster.proxies {
			proxy.ready(t)
		}
	}
	return made
}

// prepare makes what a cluster's API server holds.
func (w *world) prepare(t testing.TB, network *network, compiled compiled.Cluster) *cluster {
	t.Helper()
	around := mesh.Of(t, w.file, compiled)
	withoutStats(around.Config)
	here := &cluster{name: compiled.Name, proxies: map[string]*proxy{}}
	here.state.mesh = around.Config
	objects := around.Objects
	for _, resource := range compiled.Resources {
		if strings.Contains(resource.GetAPIVersion(), "istio.io/") {
			here.state.configs = append(here.state.configs, parse(t, string(resource.Raw))...)
		} else {
			objects = append(objects, resource.Unstructured)
		}
	}
	here.state.objects = typed(t, objects)
	here.address(network)
	here.gateway = find[*corev1.Pod](t, here.state.objects, mesh.System, "istio-ingressgateway-0")
	w.publicCertificate(t, here)
	return here
}

// address gives every pod and every Service an address of this machine.
func (c *cluster) address(network *network) {
	addresses := map[string]string{}
	for _, pod := range all[*corev1.Pod](c.state.objects) {
		address := network.address()
		addresses[pod.Status.PodIP] = address
		pod.Status.PodIP, pod.Status.PodIPs = address, []corev1.PodIP{{IP: address}}
	}
	for _, slice := range all[*discoveryv1.EndpointSlice](c.state.objects) {
		for index := range slice.Endpoints {
			for at, address := range slice.Endpoints[index].Addresses {
				slice.Endpoints[index].Addresses[at] = addresses[address]
			}
		}
	}
	for _, service := range all[*corev1.Service](c.state.objects) {
		if service.Spec.ClusterIP == "" {
			service.Spec.ClusterIP = network.address()
			service.Spec.ClusterIPs = []string{service.Spec.ClusterIP}
		}
	}
}

// publicCertificate makes the gateway's certificate one that the public's authority signed.
func (w *world) publicCertificate(t testing.TB, here *cluster) {
	t.Helper()
	signed, err := w.outside.certificate(w.policy.Ingress.Hosts...)
	if err != nil {
		t.Fatal(err)
	}
	secret := find[*corev1.Secret](t, here.state.objects, mesh.System, w.policy.Ingress.TLS.Secret)
	secret.Data[corev1.TLSCertKey], secret.Data[corev1.TLSPrivateKeyKey] = signed.certificate, signed.key
}

// run starts the control plane, the services and the proxies.
func (c *cluster) run(t testing.TB, w *world, network *network, gateways map[string]*cluster) {
	t.Helper()
	folder := t.TempDir()
	reachable(t, c.state.configs, gateways)
	var accounts []account
	var proxied []*corev1.Pod
	for _, pod := range all[*corev1.Pod](c.state.objects) {
		if proxyOf(pod) == nil {
			continue
		}
		proxied = append(proxied, pod)
		accounts = append(accounts, runsAs(pod))
		c.state.configs = append(c.state.configs, patches(t, pod)...)
	}
	c.istiod = startIstiod(t, network.address(), c.state, w.authority(t), accounts, runsAs(c.gateway))
	if tracing := w.policy.Tracing; tracing != nil {
		c.phoenix = servePhoenix(t, find[*corev1.Pod](t, c.state.objects, w.policy.Metadata.Namespace, tracing.Phoenix.Service+"-0"))
	}
	c.virtual(t, w.policy.Metadata.Namespace)
	meshFile := find[*corev1.ConfigMap](t, c.state.objects, mesh.System, "istio").Data["mesh"]
	c.start = func(t testing.TB, pod *corev1.Pod) *proxy {
		t.Helper()
		return startProxy(t, pod, c.istiod, meshFile, w.outside, filepath.Join(folder, pod.Name))
	}
	for _, pod := range proxied {
		if sidecar(pod) {
			c.serve(t, w.policy, pod)
		}
		c.proxies[pod.Name] = c.start(t, pod)
	}
}

// authority is a new one for a cluster's mesh.
func (w *world) authority(t testing.TB) *ca.IstioCA {
	t.Helper()
	if w.root == nil {
		return newMeshAuthority(t)
	}
	return w.root.intermediate(t)
}

// inPod is the port of the gateway's pod that a port of its Service leads to.
func (c *cluster) inPod(t testing.TB, port uint32) uint32 {
	t.Helper()
	service := find[*corev1.Service](t, c.state.objects, mesh.System, gatewayService)
	for _, one := range service.Spec.Ports {
		if one.Port == int32(port) {
			return uint32(one.TargetPort.IntVal)
		}
	}
	t.Fatalf("%s: the gateway's Service has no port %d", c.name, port)
	return 0
}

// sidecar tells a sidecar's pod from a gateway's.
func sidecar(pod *corev1.Pod) bool {
	return slices.Contains(proxyOf(pod).Args, "sidecar")
}
