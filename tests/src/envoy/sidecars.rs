//! A cluster with its sidecars: the gateway, a filter before each service, and mutual TLS between them.

use super::identity::{Authority, Identity};
use super::{Envoy, LATEST, module};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tenantry::envoy::filters::{self, Wasm, config_text};
use tenantry::envoy::{self, Local, access_log, bootstrap, clusters, listener::Listener};
use tenantry::plan::filter::{at_services, plugin_config};
use tenantry::plan::place::Place;
use tenantry::plan::plan;
use tenantry::policy::{Caller, Policy};
use tenantry::try_::port::Port;
use tenantry::try_::session::filter_config;
use tokio::runtime::Runtime;

/// A gateway and its sidecars, in one Envoy. Dropping it ends them.
#[derive(Debug)]
pub struct Sidecars {
    gateway: Port,
    calls: BTreeMap<String, Port>,
    _envoy: Envoy,
    _incoming: Vec<Port>,
    // Last, so that what needs it is dropped first.
    _runtime: Runtime,
}

impl Sidecars {
    /// Runs a cluster of the policy. `services` says where each service that has a sidecar answers, and `phoenix` where
    /// Phoenix does, in the policy's protocol.
    ///
    /// # Panics
    /// When a part is missing, `services` lacks one, or Envoy does not start.
    #[must_use]
    pub fn start(policy: &Policy, cluster: &str, phoenix: SocketAddr, services: &BTreeMap<&str, SocketAddr>) -> Self {
        let runtime = Runtime::new().expect("a tokio runtime");
        let guard = runtime.enter();
        let authority = Authority::generate();
        let account = |name: &str| authority.identity(&format!("spiffe://cluster.local/ns/{name}"));
        let namespace = policy.namespace.value.as_str();
        let workload = |name: &str| account(&format!("{namespace}/sa/{name}"));
        let gateway = Port::reserve().expect("a port");
        let (mut listeners, mut upstreams) = (Vec::new(), Vec::new());
        let (mut incoming, mut calls) = (Vec::new(), BTreeMap::new());
        let mut addresses = BTreeMap::new();
        for name in at_services(policy) {
            let port = Port::reserve().expect("a port");
            listeners.push(sidecar(policy, cluster, name, port.address(), &authority, &workload(name)));
            let answers = services.get(name).unwrap_or_else(|| panic!("nobody answers for `{name}`"));
            upstreams.push(clusters::cluster(&format!("app-{name}"), *answers, false));
            let service = &policy.services[name];
            if let Some(caller) = service.callers.iter().find_map(|caller| match &caller.value {
                Caller::Service(caller) => Some(caller),
                Caller::Ingress => None,
            }) {
                let egress = Port::reserve().expect("a port");
                listeners.push(pass(&format!("to-{name}"), egress.address(), vec![], &format!("to-{name}")));
                let mut out = clusters::cluster(&format!("to-{name}"), port.address(), false);
                out["transport_socket"] = authority.client(Some(&workload(caller)));
                upstreams.push(out);
                calls.insert(name.to_owned(), egress);
            }
            let releases = service.releases.keys().map(|release| Some(release.clone()));
            let releases = releases.chain(service.releases.is_empty().then_some(None));
            addresses.extend(releases.map(|release| ((name.to_owned(), release), port.address())));
            incoming.push(port);
        }
        let elsewhere = policy.clusters.keys().map(|cluster| (cluster.clone(), gateway.address())).collect();
        let local = Local {
            listen: gateway.address(),
            module: &module(),
            services: &addresses,
            gateways: &elsewhere,
            jwks: None,
            collector: Some(phoenix),
        };
        let plan = plan(policy, cluster).unwrap_or_else(|| panic!("the policy has no cluster `{cluster}`"));
        let mut part = envoy::gateway(&plan, &filter_config(policy, cluster), &local);
        let own = account("istio-system/sa/istio-ingressgateway-service-account");
        let suffix = format!(".{namespace}.svc.cluster.local");
        for upstream in &mut part.clusters {
            let host = upstream["name"].as_str().and_then(|name| name.rsplit('|').next());
            if host.and_then(|host| host.strip_suffix(&suffix)).is_some_and(|host| services.contains_key(host)) {
                upstream["transport_socket"] = authority.client(Some(&own));
            }
        }
        listeners.push(part.listener);
        upstreams.extend(part.clusters);
        drop(guard);
        let envoy = Envoy::start(LATEST, &bootstrap(cluster, listeners, upstreams), 2)
            .unwrap_or_else(|error| panic!("{error}"));
        Self { gateway, calls, _envoy: envoy, _incoming: incoming, _runtime: runtime }
    }

    /// Where clients come in.
    #[must_use]
    pub const fn gateway(&self) -> SocketAddr {
        self.gateway.address()
    }

    /// Where the first of its callers inside the mesh reaches a service, under its own identity.
    ///
    /// # Panics
    /// When nobody inside the mesh may call it.
    #[must_use]
    pub fn to(&self, service: &str) -> SocketAddr {
        self.calls.get(service).unwrap_or_else(|| panic!("nobody inside calls `{service}`")).address()
    }
}

/// A service's sidecar, which takes mutual TLS alone.
fn sidecar(
    policy: &Policy,
    cluster: &str,
    name: &str,
    address: SocketAddr,
    authority: &Authority,
    own: &Identity,
) -> Value {
    let config = plugin_config(policy, cluster, Place::Workload(name));
    let (text, environment) = (config_text(&config), filters::environment(&config));
    let wasm = Wasm { name: "tenantry", module: &module(), config: &text, environment: &environment }.filter();
    let mut listener = pass(&format!("sidecar-{name}"), address, vec![wasm], &format!("app-{name}"));
    listener["filter_chains"][0]["transport_socket"] = authority.server(own);
    listener
}

/// A listener inside the mesh that sends everything to one cluster.
fn pass(name: &str, address: SocketAddr, mut filters: Vec<Value>, cluster: &str) -> Value {
    filters.push(filters::router());
    let routes = json!({ "virtual_hosts": [{
        "name": "all",
        "domains": ["*"],
        "routes": [{ "match": { "prefix": "/" }, "route": { "cluster": cluster } }],
    }] });
    let mut listener = Listener {
        name,
        address,
        filters,
        routes,
        access_log: access_log::logger("us"),
        tracing: None,
        local_reply: None,
        early: Value::Null,
    }
    .to_json();
    // Only a gateway stands at the edge; a sidecar believes the addresses and the request id that come.
    listener["filter_chains"][0]["filters"][0]["typed_config"]["use_remote_address"] = json!(false);
    listener
}
