package run

import (
	"net"
	"strconv"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"tenantry/tests/istio/internal/policy"
)

// ports are those of the pod that Services lead to.
func (c *cluster) ports(pod *corev1.Pod) []int {
	var ports []int
	for _, slice := range all[*discoveryv1.EndpointSlice](c.state.objects) {
		for _, endpoint := range slice.Endpoints {
			if endpoint.TargetRef.Name != pod.Name || endpoint.TargetRef.Namespace != pod.Namespace {
				continue
			}
			for _, port := range slice.Ports {
				ports = append(ports, int(*port.Port))
			}
		}
	}
	return ports
}

// serve runs the application of a pod behind its sidecar.
func (c *cluster) serve(t testing.TB, read *policy.Policy, pod *corev1.Pod) {
	t.Helper()
	application := newConnections(&net.TCPAddr{IP: net.ParseIP(pod.Status.PodIP)})
	for _, port := range c.ports(pod) {
		go redirect(listen(t, pod.Status.PodIP, port), pod.Status.PodIP, application)
	}
	who(read, c.name, pod.Name).serve(t, application)
}

// who is the service, and the release of it, that a pod belongs to.
func who(read *policy.Policy, cluster, pod string) echo {
	for name, service := range read.Services {
		if pod == name+"-0" {
			return echo{Cluster: cluster, Pod: pod, Service: name}
		}
		for _, release := range service.Releases {
			if pod == name+"-"+release.Name+"-0" {
				return echo{Cluster: cluster, Pod: pod, Service: name, Release: release.Name}
			}
		}
	}
	return echo{Cluster: cluster, Pod: pod}
}

// virtual does for the Services' own addresses what kube-proxy does: whatever connects there gets to one of the pods.
func (c *cluster) virtual(t testing.TB, namespace string) {
	t.Helper()
	for _, slice := range all[*discoveryv1.EndpointSlice](c.state.objects) {
		if slice.Namespace != namespace || len(slice.Endpoints) == 0 {
			continue
		}
		service := find[*corev1.Service](t, c.state.objects, namespace, slice.Labels[discoveryv1.LabelServiceName])
		for _, port := range slice.Ports {
			listener := listen(t, service.Spec.ClusterIP, int(*port.Port))
			go forward(listener, net.JoinHostPort(slice.Endpoints[0].Addresses[0], strconv.Itoa(int(*port.Port))))
		}
	}
}

// forward joins every connection with one to the target. It returns when the listener is closed.
func forward(listener net.Listener, target string) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			there, err := net.Dial("tcp", target)
			if err != nil {
				_ = connection.Close()
				return
			}
			join(connection.(*net.TCPConn), there.(*net.TCPConn))
		}()
	}
}
