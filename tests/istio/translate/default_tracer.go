package translate

import (
	meshconfig "istio.io/api/mesh/v1alpha1"
)

// traceEverything gives a mesh a tracer of its own for every proxy, as one may have that traced before it had tenants. Where the
// filter is the tracer, the compiled resources have to keep that one from reporting beside it.
func traceEverything(mesh *meshconfig.MeshConfig) {
	const name = "tracer-of-the-mesh"
	mesh.ExtensionProviders = append(mesh.ExtensionProviders, &meshconfig.MeshConfig_ExtensionProvider{
		Name: name,
		Provider: &meshconfig.MeshConfig_ExtensionProvider_Zipkin{Zipkin: &meshconfig.MeshConfig_ExtensionProvider_ZipkinTracingProvider{
			// Some Service that all proxies know.
			Service: "istiod.istio-system.svc.cluster.local", Port: 15010,
		}},
	})
	mesh.EnableTracing = true
	mesh.DefaultProviders = &meshconfig.MeshConfig_DefaultProviders{
		Tracing: []string{name}, Metrics: mesh.GetDefaultProviders().GetMetrics(), AccessLogging: mesh.GetDefaultProviders().GetAccessLogging(),
	}
}
