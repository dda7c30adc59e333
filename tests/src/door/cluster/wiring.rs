//! A gateway's bootstrap, wired to what is on this machine.

use super::{Authorities, Ports, Tls};
use crate::door::service::Service;
use crate::envoy::module;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use tempfile::TempDir;
use tenantry::envoy::{self, Local, bootstrap, listener};
use tenantry::plan::ClusterPlan;
use tenantry::policy::Policy;
use tenantry::try_::services::identities;
use tenantry::try_::session::filter_config;

/// The file in which a gateway finds its filter's configuration.
const DISCOVERED: &str = "filter.json";

/// Where that file is.
pub fn discovered(folder: &TempDir) -> PathBuf {
    folder.path().join(DISCOVERED)
}

/// What a gateway is connected to.
pub struct Wiring<'a> {
    pub ports: &'a Ports,
    pub others: &'a BTreeMap<String, SocketAddr>,
    pub authorities: &'a Authorities,
    pub tls: &'a Tls,
    pub service: &'a Service,
    pub folder: &'a TempDir,
}

/// The gateway as a bootstrap: the local one of `tenantry try`, with TLS at both of its ports and towards other gateways,
/// and with its filter's configuration in a file, which can change while it runs.
pub fn gateway(policy: &Policy, plan: &ClusterPlan, wiring: &Wiring<'_>) -> Value {
    let Wiring { ports, others, authorities, tls, service, folder } = *wiring;
    let services = identities(plan).map(|it| ((it.service, it.release), service.address())).collect();
    let local = Local {
        listen: ports.public.address(),
        module: &module(),
        services: &services,
        gateways: others,
        jwks: None,
        collector: None,
    };
    let mut part = envoy::gateway(plan, &filter_config(policy, &plan.cluster), &local);
    discover(&mut part.listener, &plan.policy, folder);
    let mut forward = part.listener.clone();
    forward["name"] = format!("{}-forward", plan.cluster).into();
    forward["address"] = listener::address(ports.forward.address());
    forward["filter_chains"][0]["transport_socket"] = authorities.mesh.server(&tls.mesh);
    part.listener["filter_chains"][0]["transport_socket"] = tls.public.public();
    let remotes: Vec<String> =
        plan.remotes.iter().map(|remote| envoy::clusters::remote_name(plan, &remote.cluster)).collect();
    for upstream in &mut part.clusters {
        if remotes.iter().any(|name| upstream["name"] == name.as_str()) {
            upstream["transport_socket"] = authorities.mesh.client(Some(&tls.mesh));
        }
    }
    bootstrap(&plan.cluster, vec![part.listener, forward], part.clusters)
}

/// Has the filter `name` of a listener read from a file.
fn discover(listener: &mut Value, name: &str, folder: &TempDir) {
    let manager = &mut listener["filter_chains"][0]["filters"][0]["typed_config"];
    // As istiod has it on every gateway.
    manager["upgrade_configs"] = json!([{ "upgrade_type": "websocket" }]);
    let filters = manager["http_filters"].as_array_mut().expect("a list of filters");
    let filter = filters.iter_mut().find(|filter| filter["name"] == name).expect("the tenancy filter");
    *filter = json!({
        "name": name,
        "config_discovery": {
            "config_source": {
                "path_config_source": {
                    "path": discovered(folder),
                    "watched_directory": { "path": folder.path() },
                },
                "initial_fetch_timeout": "0s",
                "resource_api_version": "V3",
            },
            "type_urls": ["type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm"],
        },
    });
}
