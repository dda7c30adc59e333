//! Routes: the plan's rules, in the form that istiod gives the compiled `VirtualService`.

use super::clusters::{remote_name, service_name};
use super::tracing;
use crate::plan::ClusterPlan;
use crate::plan::routing::{Action, PathMatch, Retries, Rule, Serve};
use serde_json::{Value, json};
use std::time::Duration;

/// The route configuration of a cluster's gateway.
#[must_use]
pub fn routes(plan: &ClusterPlan) -> Value {
    // One route for each path and each method of a rule, as one `match` entry each.
    let routes: Vec<Value> = plan.rules.iter().flat_map(|rule| of_rule(plan, rule)).collect();
    json!({
        "name": plan.cluster,
        "ignore_port_in_host_matching": true,
        "virtual_hosts": [{
            "name": plan.policy,
            "domains": plan.hosts,
            "include_request_attempt_count": true,
            "routes": routes,
        }],
    })
}

fn of_rule(plan: &ClusterPlan, rule: &Rule) -> Vec<Value> {
    let everything = [PathMatch::Prefix("/".to_owned())];
    let paths = if rule.paths.is_empty() { &everything[..] } else { &rule.paths };
    let methods: Vec<Option<&str>> = match rule.methods.as_slice() {
        [] => vec![None],
        methods => methods.iter().map(|method| Some(method.as_str())).collect(),
    };
    let all = paths.iter().flat_map(|path| methods.iter().map(move |method| (path, *method)));
    all.map(|(path, method)| one(plan, rule, path, method)).collect()
}

fn one(plan: &ClusterPlan, rule: &Rule, path: &PathMatch, method: Option<&str>) -> Value {
    let exactly = |name: &str, value: &str| json!({ "name": name, "string_match": { "exact": value } });
    let header = rule.header.as_ref().map(|(name, value)| exactly(name, value));
    let headers: Vec<Value> = method.map(|method| exactly(":method", method)).into_iter().chain(header).collect();
    let mut matching = match path {
        PathMatch::Exact(path) => json!({ "path": path }),
        PathMatch::Prefix(prefix) => json!({ "prefix": prefix }),
    };
    matching["headers"] = headers.into();
    let (kind, action) = match &rule.action {
        Action::Serve(serve) => ("route", self::serve(plan, serve)),
        Action::Forward(cluster) => ("route", forward(plan, cluster)),
        Action::NotFound => ("direct_response", json!({ "status": 404 })),
    };
    let mut route = json!({ "name": rule.name, "match": matching, kind: action });
    if !rule.traced {
        route["tracing"] = tracing::untraced();
    }
    route
}

fn serve(plan: &ClusterPlan, serve: &Serve) -> Value {
    let cluster = |release: Option<&str>| service_name(plan, &serve.service, serve.port, release);
    let mut action = match serve.shares.as_slice() {
        [only] => json!({ "cluster": cluster(only.release.as_deref()) }),
        shares => {
            let shares = shares.iter();
            let shares: Vec<Value> = shares
                .map(|share| json!({ "name": cluster(share.release.as_deref()), "weight": share.weight }))
                .collect();
            json!({ "weighted_clusters": { "clusters": shares } })
        }
    };
    if let Some(rewrite) = &serve.rewrite {
        action["prefix_rewrite"] = rewrite.as_str().into();
    }
    action["timeout"] = duration(serve.timeout.unwrap_or_default());
    action["retry_policy"] = retry_policy(serve.retries.as_ref());
    action
}

fn forward(plan: &ClusterPlan, cluster: &str) -> Value {
    json!({ "cluster": remote_name(plan, cluster), "timeout": "0s" })
}

/// The rule's retries as Istio spells them: status codes apart from the conditions.
fn retry_policy(retries: Option<&Retries>) -> Value {
    let Some(retries) = retries.filter(|retries| retries.attempts > 0) else { return Value::Null };
    let codes: Vec<u32> = retries.on.iter().filter_map(|on| on.parse().ok()).collect();
    let conditions = retries.on.iter().filter(|on| on.parse::<u32>().is_err()).map(String::as_str);
    let by_code = (!codes.is_empty()).then_some("retriable-status-codes");
    let conditions: Vec<&str> = conditions.chain(by_code).collect();
    let mut policy = json!({
        "num_retries": retries.attempts,
        "retry_on": conditions.join(","),
        "retriable_status_codes": codes,
    });
    if let Some(per_try) = retries.per_try {
        policy["per_try_timeout"] = duration(per_try);
    }
    policy
}

/// A duration as protobuf's JSON spells it.
pub(super) fn duration(duration: Duration) -> Value {
    format!("{}.{:09}s", duration.as_secs(), duration.subsec_nanos()).into()
}
