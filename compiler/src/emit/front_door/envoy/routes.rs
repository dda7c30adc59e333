//! Where each tenant goes. A virtual host stands for a way, and its domains are the tenants that take it: Envoy looks
//! them up by hash, and stores little more than the ids.

use super::http::{refuse, unknown_host, when};
use super::listeners::TENANTS;
use super::{ANY, headers, key};
use crate::plan::door::{DoorPlan, DoorTenant};
use serde_json::{Value, json};
use tenantry_engine::code::Code;

/// What may be tried again: no cluster can have seen it.
const UNSEEN: &str = "connect-failure,refused-stream,reset-before-request";

/// The route configuration.
pub fn emit(plan: &DoorPlan) -> Value {
    let before: Vec<Value> =
        [unknown_host(plan)].into_iter().chain(plan.exempt.iter().map(|path| any(plan, path))).collect();
    let host = |name: &str, domains: Value, then: Vec<Value>| {
        let routes: Vec<&Value> = before.iter().chain(&then).collect();
        json!({ "name": name, "domains": domains, "routes": routes })
    };
    let ways = plan.ways.iter().enumerate().map(|(index, way)| {
        let domains = tenants(plan, |tenant| tenant.way == Some(index));
        host(&way.name, domains, vec![forward(&way.name, way.clusters.len())])
    });
    let suspended = tenants(plan, |tenant| tenant.way.is_none());
    let suspended = (suspended != json!([]))
        .then(|| host("_suspended", suspended, vec![refuse(&when(&[]), Code::TenantSuspended)]));
    let refused = key::REFUSED.map(|code| {
        let why = json!({ "name": key::HEADER, "string_match": { "exact": key::refused(code) } });
        refuse(&when(&[why]), code)
    });
    let unknown = refuse(&when(&[]), Code::TenantUnknown);
    let unknown = host("_unknown", json!(["*"]), refused.into_iter().chain([unknown]).collect());
    json!({
        "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
        "name": TENANTS,
        "vhost_header": key::HEADER,
        "request_headers_to_remove": [key::HEADER],
        "virtual_hosts": ways.chain(suspended).chain([unknown]).collect::<Vec<Value>>(),
    })
}

/// An exempt path: any cluster answers, for no tenant.
fn any(plan: &DoorPlan, path: &str) -> Value {
    let mut route = forward(ANY, plan.clusters.len());
    route["match"] = json!({ "path": path });
    route["typed_per_filter_config"] = json!({ headers::FORGET: headers::forget_tenant(&plan.header) });
    route
}

/// The tenants of a virtual host, as its domains.
fn tenants(plan: &DoorPlan, of: impl Fn(&DoorTenant) -> bool) -> Value {
    plan.tenants.iter().filter(|tenant| of(tenant)).map(|tenant| key::of(&tenant.id)).collect()
}

/// The way to `cluster`, which is `clusters` of them in turn.
fn forward(cluster: &str, clusters: usize) -> Value {
    let mut retry = json!({ "retry_on": UNSEEN, "num_retries": 2 });
    if clusters > 1 {
        retry["retry_priority"] = json!({
            "name": "envoy.retry_priorities.previous_priorities",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig",
                "update_frequency": 1,
            },
        });
    }
    json!({
        "match": { "prefix": "/" },
        // Answers may stream on: only their silence is bounded.
        "route": { "cluster": cluster, "timeout": "0s", "retry_policy": retry },
    })
}
