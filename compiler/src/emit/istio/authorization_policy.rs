//! `AuthorizationPolicy`: who may call what. Nothing may, except as the policy says.

use super::SECURITY;
use crate::emit::manifest::{Document, Manifest, Selector};
use crate::plan::service::Service;
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE, gateway_principal};
use crate::policy::Mtls;
use serde::Serialize;

#[derive(Default, Serialize)]
struct Spec {
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<Selector>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<Rule>,
}

#[derive(Default, Serialize)]
struct Rule {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    from: Vec<From>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    to: Vec<To>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    when: Vec<Condition>,
}

#[derive(Serialize)]
struct From {
    source: Source,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    principals: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_principals: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Condition {
    key: &'static str,
    not_values: Vec<String>,
}

#[derive(Serialize)]
struct To {
    operation: Operation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Operation {
    ports: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_paths: Vec<String>,
}

/// Ports that the gateway's pods listen on, as `istioctl` and as Helm install them. A denial on HTTP attributes without
/// ports would close every TCP port as well.
const GATEWAY_PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// An empty policy denies everything in the namespace; the others open what is allowed.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let deny = document(plan, &plan.namespace, &format!("{}-deny-by-default", plan.policy), Spec::default());
    let services = plan.services.iter().filter_map(|service| {
        let from = sources(plan, service);
        let spec = Spec {
            selector: Some(Selector::new(&service.labels)),
            action: Some("ALLOW"),
            rules: vec![Rule { from, ..Rule::default() }],
        };
        (!spec.rules[0].from.is_empty())
            .then(|| document(plan, &plan.namespace, &format!("{}-callers", service.name), spec))
    });
    [deny].into_iter().chain(services).chain(require_token(plan)).chain(forwards(plan)).collect()
}

/// While plain text is let in, services behind others also take callers that have no identity yet. A service behind
/// the gateway never does: that would be a way around the filter.
fn sources(plan: &ClusterPlan, service: &Service) -> Vec<From> {
    let mut from = Vec::new();
    let principals = service.principals();
    if !principals.is_empty() {
        from.push(From { source: Source { principals, ..Source::default() } });
    }
    if plan.mtls == Mtls::Permissive && !service.from_ingress && !service.callers.is_empty() {
        from.push(From { source: Source { not_principals: vec!["*".to_owned()], ..Source::default() } });
    }
    from
}

/// Verifying tokens lets requests without one pass, so those are denied here. By the issuer: a request principal is more
/// than a verified token, since it needs a subject, and tokens may have none.
fn require_token(plan: &ClusterPlan) -> Option<Document> {
    let token = plan.token.as_ref().filter(|token| token.required)?;
    let ports = GATEWAY_PORTS.iter().chain(&plan.forward_port).map(u16::to_string).collect();
    let to = To { operation: Operation { ports, not_paths: plan.exempt.clone() } };
    let issued = Condition { key: "request.auth.claims[iss]", not_values: vec![token.issuer.clone()] };
    let rule = Rule { to: vec![to], when: vec![issued], ..Rule::default() };
    let spec = Spec { selector: Some(Selector::gateway()), action: Some("DENY"), rules: vec![rule] };
    Some(document(plan, SYSTEM_NAMESPACE, &format!("{}-require-token", plan.policy), spec))
}

/// Only gateways forward. The port's TLS says so already; this holds where somebody loosens it, and a denial leaves the public
/// ports as they are, which a list of who may enter would close.
fn forwards(plan: &ClusterPlan) -> Option<Document> {
    let port = plan.forward_port?;
    let source = Source { not_principals: vec![gateway_principal()], ..Source::default() };
    let to = To { operation: Operation { ports: vec![port.to_string()], not_paths: Vec::new() } };
    let rule = Rule { from: vec![From { source }], to: vec![to], ..Rule::default() };
    let spec = Spec { selector: Some(Selector::gateway()), action: Some("DENY"), rules: vec![rule] };
    Some(document(plan, SYSTEM_NAMESPACE, &format!("{}-forwards", plan.policy), spec))
}

fn document(plan: &ClusterPlan, namespace: &str, name: &str, spec: Spec) -> Document {
    Manifest::new(plan, SECURITY, "AuthorizationPolicy", (namespace, name), spec).document()
}
