package run

import (
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/mesh"
	"tenantry/tests/istio/internal/policy"
)

// gatewayPort is where the gateway's pod takes HTTPS, behind the Service's 443.
const gatewayPort = 8443

// world is a policy with all of its clusters running.
type world struct {
	policy   *policy.Policy
	file     compiled.Policy
	outside  *internet
	clusters map[string]*cluster
}

// cluster is one of the policy's clusters.
type cluster struct {
	name    string
	state   state
	istiod  *istiod
	gateway *corev1.Pod
	proxies map[string]*proxy
}

// start runs a policy's clusters until the test ends.
func start(t testing.TB, outside *internet, file compiled.Policy) *world {
	t.Helper()
	made := &world{policy: policy.Read(t, file.Path), file: file, outside: outside, clusters: map[string]*cluster{}}
	outside.serve(t, made.policy, file.Dir(t))
	network := newNetwork(t)
	gateways := map[string]string{}
	for _, compiled := range file.Compile(t) {
		here := made.prepare(t, network, compiled)
		made.clusters[here.name] = here
		host, _, _ := strings.Cut(made.policy.Clusters[here.name].Endpoint, ":")
		gateways[host] = here.gateway.Status.PodIP
	}
	for _, name := range slices.Sorted(maps.Keys(made.clusters)) {
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
	here.state = state{objects: typed(t, around.Objects), mesh: around.Config}
	for _, resource := range compiled.Resources {
		if strings.Contains(resource.GetAPIVersion(), "istio.io/") {
			here.state.configs = append(here.state.configs, parse(t, string(resource.Raw))...)
		}
	}
	here.address(network)
	here.gateway = find[*corev1.Pod](t, here.state.objects, mesh.System, "istio-ingressgateway-0")
	w.publicCertificate(t, here)
	return here
}

// address gives every pod an address of this machine, and every Service one that nobody has.
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
	for index, service := range all[*corev1.Service](c.state.objects) {
		if service.Spec.ClusterIP == "" {
			service.Spec.ClusterIP = fmt.Sprintf("10.96.0.%d", index+1)
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
func (c *cluster) run(t testing.TB, w *world, network *network, gateways map[string]string) {
	t.Helper()
	folder := t.TempDir()
	reachable(c.state.configs, gateways)
	var accounts []account
	var proxied []*corev1.Pod
	for _, pod := range all[*corev1.Pod](c.state.objects) {
		if proxyOf(pod) == nil {
			continue
		}
		proxied = append(proxied, pod)
		accounts = append(accounts, account{pod.Namespace, pod.Spec.ServiceAccountName})
		c.state.configs = append(c.state.configs, patches(t, pod)...)
	}
	gateway := account{c.gateway.Namespace, c.gateway.Spec.ServiceAccountName}
	c.istiod = startIstiod(t, network.address(), c.state, accounts, gateway)
	meshFile := find[*corev1.ConfigMap](t, c.state.objects, mesh.System, "istio").Data["mesh"]
	for _, pod := range proxied {
		c.serve(t, w.policy, pod)
		c.proxies[pod.Name] = startProxy(t, pod, c.istiod, meshFile, w.outside, filepath.Join(folder, pod.Name))
	}
}

// serve runs the application of a pod behind its sidecar.
func (c *cluster) serve(t testing.TB, read *policy.Policy, pod *corev1.Pod) {
	t.Helper()
	if !sidecar(pod) {
		return
	}
	who := echo{Cluster: c.name, Pod: pod.Name}
	for name, service := range read.Services {
		if pod.Name == name+"-0" {
			who.Service = name
		}
		for _, release := range service.Releases {
			if pod.Name == name+"-"+release.Name+"-0" {
				who.Service, who.Release = name, release.Name
			}
		}
	}
	application := newConnections(&net.TCPAddr{IP: net.ParseIP(pod.Status.PodIP)})
	for _, slice := range all[*discoveryv1.EndpointSlice](c.state.objects) {
		for _, endpoint := range slice.Endpoints {
			if endpoint.TargetRef.Name != pod.Name || endpoint.TargetRef.Namespace != pod.Namespace {
				continue
			}
			for _, port := range slice.Ports {
				listener := listen(t, pod.Status.PodIP, int(*port.Port))
				go redirect(listener, pod.Status.PodIP, application)
			}
		}
	}
	who.serve(t, application)
}

// sidecar tells a sidecar's pod from a gateway's.
func sidecar(pod *corev1.Pod) bool {
	return slices.Contains(proxyOf(pod).Args, "sidecar")
}
