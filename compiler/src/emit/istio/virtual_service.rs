//! `VirtualService`: one bound to the gateway, and one for each service that callers inside the mesh reach.

use super::NETWORKING;
use crate::emit::manifest::{Document, Manifest, service_host};
use crate::emit::quantity::duration;
use crate::plan::routing::{Action, PathMatch, Retries, Rule, Serve};
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};
use indexmap::IndexMap;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    export_to: Vec<&'static str>,
    hosts: Vec<String>,
    gateways: Vec<String>,
    http: Vec<Http>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    name: String,
    #[serde(rename = "match", skip_serializing_if = "Vec::is_empty")]
    matches: Vec<Match>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direct_response: Option<DirectResponse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rewrite: Option<Rewrite>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    route: Vec<Weighted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retries: Option<HttpRetries>,
}

#[derive(Clone, Default, Serialize)]
struct Match {
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<StringMatch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<StringMatch>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    headers: IndexMap<String, StringMatch>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
enum StringMatch {
    Exact(String),
    Prefix(String),
    Regex(String),
}

#[derive(Serialize)]
struct DirectResponse {
    status: u16,
}

#[derive(Serialize)]
struct Rewrite {
    uri: String,
}

#[derive(Serialize)]
struct Weighted {
    destination: Destination,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<u32>,
}

#[derive(Serialize)]
struct Destination {
    host: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subset: Option<String>,
    port: PortNumber,
}

#[derive(Serialize)]
struct PortNumber {
    number: u16,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpRetries {
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_try_timeout: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_on: Option<String>,
}

/// Every rule that names a gateway or `mesh` does so outright: a resource without either is bound to the mesh alone,
/// and no request from outside would meet it.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let at_gateway = Spec {
        export_to: vec![SYSTEM_NAMESPACE],
        hosts: plan.hosts.clone(),
        gateways: vec![format!("{SYSTEM_NAMESPACE}/{}", plan.policy)],
        http: plan.rules.iter().map(|rule| http(plan, rule)).collect(),
    };
    let at_gateway = document(plan, &plan.policy, at_gateway);
    let in_mesh = plan.services.iter().filter(|service| !service.rules.is_empty()).map(|service| {
        let spec = Spec {
            export_to: vec!["."],
            hosts: vec![service_host(&service.name, &plan.namespace)],
            gateways: vec!["mesh".to_owned()],
            http: service.rules.iter().map(|rule| http(plan, rule)).collect(),
        };
        document(plan, &format!("{}-in-mesh", service.name), spec)
    });
    [at_gateway].into_iter().chain(in_mesh).collect()
}

fn document(plan: &ClusterPlan, name: &str, spec: Spec) -> Document {
    Manifest::new(plan, NETWORKING, "VirtualService", (&plan.namespace, name), spec).document()
}

fn http(plan: &ClusterPlan, rule: &Rule) -> Http {
    let base = Http { name: rule.name.clone(), matches: matches(rule), ..Http::default() };
    match &rule.action {
        Action::NotFound => Http { direct_response: Some(DirectResponse { status: 404 }), ..base },
        Action::Forward(cluster) => {
            let remotes = plan.remotes.iter().filter(|remote| remote.cluster == *cluster);
            let route = remotes.map(|remote| Weighted {
                destination: Destination {
                    host: remote.host.clone(),
                    subset: None,
                    port: PortNumber { number: remote.port },
                },
                weight: None,
            });
            Http { route: route.collect(), ..base }
        }
        Action::Serve(serve) => Http {
            rewrite: serve.rewrite.clone().map(|uri| Rewrite { uri }),
            route: weighted(plan, serve),
            // No timeout is Istio's default; it refuses a zero.
            timeout: serve.timeout.filter(|timeout| !timeout.is_zero()).map(duration),
            retries: serve.retries.as_ref().map(retries),
            ..base
        },
    }
}

fn weighted(plan: &ClusterPlan, serve: &Serve) -> Vec<Weighted> {
    let several = serve.shares.len() > 1;
    let shares = serve.shares.iter();
    shares
        .map(|share| Weighted {
            destination: Destination {
                host: service_host(&serve.service, &plan.namespace),
                subset: share.release.clone(),
                port: PortNumber { number: serve.port },
            },
            weight: several.then_some(share.weight),
        })
        .collect()
}

fn matches(rule: &Rule) -> Vec<Match> {
    let method = match rule.methods.as_slice() {
        [] => None,
        [one] => Some(StringMatch::Exact(one.clone())),
        several => Some(StringMatch::Regex(several.join("|"))),
    };
    let headers: IndexMap<_, _> =
        rule.header.iter().map(|(name, value)| (name.clone(), StringMatch::Exact(value.clone()))).collect();
    let base = Match { uri: None, method, headers };
    if rule.paths.is_empty() {
        let conditional = base.method.is_some() || !base.headers.is_empty();
        return conditional.then_some(base).into_iter().collect();
    }
    let uris = rule.paths.iter().map(|path| match path {
        PathMatch::Exact(path) => StringMatch::Exact(path.clone()),
        PathMatch::Prefix(path) => StringMatch::Prefix(path.clone()),
    });
    uris.map(|uri| Match { uri: Some(uri), ..base.clone() }).collect()
}

fn retries(retries: &Retries) -> HttpRetries {
    HttpRetries {
        attempts: retries.attempts,
        per_try_timeout: retries.per_try.map(duration),
        retry_on: (!retries.on.is_empty()).then(|| retries.on.join(",")),
    }
}
