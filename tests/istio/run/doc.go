// Package run puts a compiled policy to work: istiod's discovery server, an Envoy with its pilot-agent for each pod, and
// services behind them. What becomes of real requests is held against what `tenantry explain` says.
//
// Everything between the manifests and the request is Istio's: the renderer of the install file, the sidecar injector, the
// Kubernetes registry, the translation and its ADS server, the certificate authority, and for each pod a pilot-agent, which
// makes Envoy's bootstrap and gets its certificate.
//
// What a machine without Kubernetes lacks is stood in for, each part in a file of its own:
//
//   - kubernetes.go: the API server, by the fake client that Istio's own tests use; it knows the pods' tokens.
//   - network.go, redirect.go, service.go: each pod has a loopback address, and instead of iptables a listener on each of
//     its ports gives connections to the sidecar, which learns of their destination by the PROXY protocol.
//   - internet.go: the registry, the identity provider's keys and the gateways' public names.
//   - fetch.go: the folder in which an agent keeps modules, and nothing else of how it fetches them.
//   - patches.go: what Istio's configuration has to say differently for that, as EnvoyFilters, and without the
//     extensions that only Istio's build of Envoy has (`istio.stats`, `istio.alpn`, `istio.metadata_exchange`).
//   - spans.go: Phoenix, by a collector that keeps what it gets.
package run
