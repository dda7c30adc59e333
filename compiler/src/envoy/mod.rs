//! A cluster's gateway as a static configuration of one Envoy, for running it locally.
//!
//! It is what istiod would send to the ingress gateway for the compiled manifests, less TLS: the
//! same path normalisation, filters in the same order, the same routes and upstream settings.

pub mod access_log;
pub mod clusters;
pub mod filters;
pub mod hold;
pub mod listener;
pub mod routes;
pub mod tracing;
pub mod unavailable;

use crate::plan::{self, ClusterPlan, STAT_TAGS};
use filters::Wasm;
use listener::Listener;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use tenantry_engine::config::{OverLimit, PluginConfig};

/// What takes the place of the mesh on this machine.
#[derive(Debug)]
pub struct Local<'a> {
    /// Where the gateway listens.
    pub listen: SocketAddr,
    /// The module's file.
    pub module: &'a Path,
    /// Where each service's release answers, by service and release.
    pub services: &'a BTreeMap<(String, Option<String>), SocketAddr>,
    /// Where the other clusters' gateways answer, by cluster.
    pub gateways: &'a BTreeMap<String, SocketAddr>,
    /// Keys that verify tokens, in place of those at the policy's URL.
    pub jwks: Option<&'a str>,
    /// Where Phoenix, or any other collector, answers the policy's protocol. Without it no span leaves the proxy.
    pub collector: Option<SocketAddr>,
}

/// One gateway's part of a bootstrap.
#[derive(Clone, Debug, PartialEq)]
pub struct Gateway {
    /// Its listener.
    pub listener: Value,
    /// The clusters that its routes name.
    pub clusters: Vec<Value>,
}

/// The gateway of a planned cluster. `config` is what its filter gets.
#[must_use]
pub fn gateway(plan: &ClusterPlan, config: &PluginConfig, local: &Local<'_>) -> Gateway {
    let name = format!("{}/{}", plan.policy, plan.cluster);
    let text = filters::config_text(config);
    let environment = filters::environment(config);
    let wasm = Wasm { name: &plan.policy, module: local.module, config: &text, environment: &environment };
    let token = plan.token.as_ref().zip(local.jwks);
    let jwt = token.map(|(token, jwks)| filters::jwt_authn(&token.issuer, &token.audiences, jwks));
    let bound = config.body.as_ref().filter(|body| body.over_limit == OverLimit::Refuse);
    let hold = bound.map(|body| hold::hold(body.limit));
    let listener = Listener {
        name: &name,
        address: local.listen,
        filters: jwt.into_iter().chain([wasm.filter()]).chain(hold).chain([filters::router()]).collect(),
        routes: routes::routes(plan),
        access_log: access_log::logger(&plan.cluster),
        local_reply: unavailable::local_reply(plan),
        tracing: local.collector.and_then(|_| tracing::connection_manager(plan)),
        early: match &plan.tracing {
            Some(tracing) if plan::tracing::restarts(tracing) => tracing::forget_client_trace(),
            _ => Value::Null,
        },
    };
    Gateway { listener: listener.to_json(), clusters: upstreams(plan, local) }
}

fn upstreams(plan: &ClusterPlan, local: &Local<'_>) -> Vec<Value> {
    let services = local.services.iter().filter_map(|((name, release), &endpoint)| {
        let service = plan.services.iter().find(|service| service.name == *name)?;
        Some(clusters::service(plan, service, release.as_deref(), endpoint))
    });
    let remotes = plan.remotes.iter().filter_map(|remote| {
        let &endpoint = local.gateways.get(&remote.cluster)?;
        Some(clusters::remote(plan, remote, endpoint))
    });
    services.chain(remotes).chain(tracing::collector(plan, local.collector)).collect()
}

/// A whole bootstrap: listeners, clusters, and an admin interface on a free loopback port.
#[must_use]
pub fn bootstrap(name: &str, listeners: Vec<Value>, clusters: Vec<Value>) -> Value {
    json!({
        "node": { "id": name, "cluster": name },
        "admin": { "address": listener::address(([127, 0, 0, 1], 0).into()) },
        "static_resources": { "listeners": listeners, "clusters": clusters },
        "stats_config": { "stats_tags": STAT_TAGS.map(stat_tag) },
    })
}

/// A tag in the names of the filter's metrics, taken out as Istio does for `extraStatTags`.
fn stat_tag(name: &str) -> Value {
    json!({ "tag_name": name, "regex": format!("({name}=\\.=(.*?);\\.;)") })
}
