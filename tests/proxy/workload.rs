//! The role `workload`: a sidecar takes what its gateway stamped and whom the policy allows, by mutual TLS.

use crate::fixture::{HOST, policy, search};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tenantry::envoy::filters::{self, Wasm, config_text};
use tenantry::envoy::{self, Local, access_log, bootstrap, clusters, listener::Listener};
use tenantry::plan::filter::plugin_config;
use tenantry::plan::place::Place;
use tenantry::plan::plan;
use tenantry::try_::echo::{self, EchoService};
use tenantry::try_::port::Port;
use tenantry::try_::session::filter_config;
use tenantry_tests::envoy::client::{Request, Response, send};
use tenantry_tests::envoy::identity::{Authority, Identity};
use tenantry_tests::envoy::{Envoy, VERSIONS, module};
use tenantry_tests::policy::parse;

/// Who opens a connection to the sidecar.
const CLIENTS: [(&str, Option<&str>); 5] = [
    ("gateway", Some("spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account")),
    ("caller", Some("spiffe://cluster.local/ns/default/sa/reports")),
    ("stranger", Some("spiffe://cluster.local/ns/default/sa/stranger")),
    ("near-gateway", Some("spiffe://cluster.local/ns/default/sa/istio-ingressgateway-service-account")),
    ("nobody", None),
];

/// A gateway, a sidecar behind it, and a way to the sidecar under each identity.
struct Hop {
    gateway: SocketAddr,
    clients: BTreeMap<&'static str, SocketAddr>,
    service: EchoService,
    _envoys: [Envoy; 2],
    _runtime: tokio::runtime::Runtime,
}

impl Hop {
    fn start(version: &str) -> Self {
        // `reports` may call `web` from inside the mesh.
        let text = policy("elsewhere: forward").replacen("callers: [ingress]", "callers: [ingress, reports]", 1);
        let (policy, _) = parse(&text).unwrap_or_else(|errors| panic!("{errors}"));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let _guard = runtime.enter();
        let who = echo::Identity { cluster: "us".into(), service: "web".into(), release: None };
        let service = runtime.block_on(EchoService::start(who)).unwrap();
        let port = || Port::reserve().unwrap();
        let authority = Authority::generate();

        let sidecar = port();
        let config = config_text(&plugin_config(&policy, "us", Place::Workload("web")));
        let wasm = Wasm { name: "tenantry", module: &module(), config: &config, environment: &[] }.filter();
        let mut listener = open("sidecar", sidecar.address(), vec![wasm, filters::router()], "app");
        let own = authority.identity("spiffe://cluster.local/ns/default/sa/web");
        listener["filter_chains"][0]["transport_socket"] = authority.server(&own);
        let app = clusters::cluster("app", service.address(), false);
        let sidecar_envoy = Envoy::start(version, &bootstrap("sidecar", vec![listener], vec![app]), 1).unwrap();

        let identities: BTreeMap<&str, Option<Identity>> =
            CLIENTS.iter().map(|&(name, spiffe)| (name, spiffe.map(|spiffe| authority.identity(spiffe)))).collect();
        let (mut listeners, mut upstreams, mut ports) = (Vec::new(), Vec::new(), Vec::new());
        for (name, identity) in &identities {
            let port = port();
            listeners.push(open(name, port.address(), vec![filters::router()], name));
            let mut cluster = clusters::cluster(name, sidecar.address(), false);
            cluster["transport_socket"] = authority.client(identity.as_ref());
            upstreams.push(cluster);
            ports.push((*name, port));
        }
        let gateway = port();
        let plan = plan(&policy, "us").unwrap();
        let services =
            ["stable", "canary"].map(|release| (("web".to_owned(), Some(release.to_owned())), sidecar.address()));
        let local = Local {
            listen: gateway.address(),
            module: &module(),
            services: &services.into_iter().chain([(("reports".to_owned(), None), service.address())]).collect(),
            gateways: &[("eu".to_owned(), service.address())].into(),
            jwks: None,
            collector: None,
        };
        let part = envoy::gateway(&plan, &filter_config(&policy, "us"), &local);
        listeners.push(part.listener);
        upstreams.extend(part.clusters.into_iter().map(|mut cluster| {
            if cluster["name"].as_str().is_some_and(|name| name.contains("|web.")) {
                cluster["transport_socket"] = authority.client(identities["gateway"].as_ref());
            }
            cluster
        }));
        let gateway_envoy = Envoy::start(version, &bootstrap("gateway", listeners, upstreams), 1).unwrap();
        Self {
            gateway: gateway.address(),
            clients: ports.iter().map(|(name, port)| (*name, port.address())).collect(),
            service,
            _envoys: [gateway_envoy, sidecar_envoy],
            _runtime: runtime,
        }
    }

    fn send_as(&self, client: &str, request: &Request) -> Response {
        send(self.clients[client], request).unwrap()
    }
}

/// A listener that passes everything on.
fn open(name: &str, address: SocketAddr, filters: Vec<Value>, cluster: &str) -> Value {
    let routes = json!({ "virtual_hosts": [{
        "name": "all",
        "domains": ["*"],
        "routes": [{ "match": { "prefix": "/" }, "route": { "cluster": cluster } }],
    }] });
    Listener {
        name,
        address,
        filters,
        routes,
        access_log: access_log::logger("us"),
        tracing: None,
        local_reply: None,
        early: Value::Null,
    }
    .to_json()
}

fn stamped() -> Request {
    search("alpha").header("x-tenantry-cluster", "us").header("x-tenantry-track", "stable")
}

#[test]
fn what_the_gateway_stamps_arrives() {
    for version in VERSIONS {
        let hop = Hop::start(version);
        let answer = send(hop.gateway, &search("alpha")).unwrap();
        assert_eq!((answer.status, answer.json()["service"].as_str()), (200, Some("web")), "Envoy {version}");
        let health = send(hop.gateway, &Request::get(HOST, "/health")).unwrap();
        assert_eq!(health.status, 200, "Envoy {version}: an exempt path needs no stamp: {}", health.text());
        assert_eq!(hop.send_as("gateway", &stamped()).status, 200, "Envoy {version}");
        assert_eq!(hop.send_as("caller", &Request::get("web", "/search")).status, 200, "Envoy {version}");
    }
}

#[test]
fn nothing_else_does() {
    for version in VERSIONS {
        let hop = Hop::start(version);
        let refused = |client: &str, request: &Request, status: u16, code: &str| {
            let answer = hop.send_as(client, request);
            let seen = (answer.status, answer.json()["code"].as_str().map(str::to_owned));
            assert_eq!(seen, (status, Some(code.to_owned())), "Envoy {version}, {client}, {request:?}");
        };
        for client in ["stranger", "near-gateway"] {
            refused(client, &stamped(), 403, "caller-forbidden");
            let forged = "By=x;URI=spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account";
            refused(client, &stamped().header("x-forwarded-client-cert", forged), 403, "caller-forbidden");
        }
        // The gateway's identity alone is not enough: somebody may have got round its filter.
        refused("gateway", &Request::get(HOST, "/search"), 403, "stamp-missing");
        refused("gateway", &search("alpha"), 403, "stamp-missing");
        refused("gateway", &stamped().header("x-tenant-id", "beta"), 403, "stamp-missing");
        refused("gateway", &stamped().header("X_Tenant_ID", "beta"), 403, "stamp-missing");
        refused("gateway", &search("alpha").header("x-tenantry-cluster", "eu"), 403, "stamp-missing");
        refused("gateway", &stamped().header("x-tenantry-cluster", "us"), 403, "stamp-missing");
        refused("gateway", &search("nobody_x").header("x-tenantry-cluster", "us"), 403, "tenant-unknown");
        refused("gateway", &search("gone").header("x-tenantry-cluster", "us"), 403, "tenant-suspended");
        assert_eq!(hop.send_as("nobody", &stamped()).status, 503, "Envoy {version}: no certificate, no connection");
        assert_eq!(hop.service.requests(), 0, "Envoy {version}");
    }
}
