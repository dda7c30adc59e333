//! The load balancer itself.

use super::{Attribute, Tag, json, names, owner};
use crate::plan::alb::IDLE;
use crate::plan::door::DoorPlan;
use crate::policy::{Alb, AlbScheme};
use crate::source::Spanned;
use serde::Serialize;

/// What the script calls the load balancer's ARN.
pub const ARN: &str = "@load-balancer@";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Create<'p> {
    name: String,
    #[serde(rename = "Type")]
    kind: &'static str,
    scheme: &'static str,
    ip_address_type: &'static str,
    subnets: Vec<&'p str>,
    security_groups: Vec<&'p str>,
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    load_balancer_arn: &'static str,
    attributes: Vec<Attribute>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Subnets<'p> {
    load_balancer_arn: &'static str,
    subnets: Vec<&'p str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SecurityGroups<'p> {
    load_balancer_arn: &'static str,
    security_groups: Vec<&'p str>,
}

/// Where clients are, as AWS calls it.
pub fn scheme(alb: &Alb) -> &'static str {
    match *alb.scheme {
        AlbScheme::InternetFacing => "internet-facing",
        AlbScheme::Internal => "internal",
    }
}

pub fn files(plan: &DoorPlan, alb: &Alb) -> Vec<(String, String)> {
    let subnets = texts(&alb.subnets);
    let security_groups = texts(&alb.security_groups);
    let create = Create {
        name: names::balancer(&plan.policy),
        kind: "application",
        scheme: scheme(alb),
        ip_address_type: "ipv4",
        subnets: subnets.clone(),
        security_groups: security_groups.clone(),
        tags: vec![owner(plan)],
    };
    let attributes = vec![
        Attribute::new("idle_timeout.timeout_seconds", plan.idle.as_secs().clamp(1, IDLE)),
        // What is not made of letters, digits and hyphens is no header here: `x_tenant_id` never reaches a cluster.
        Attribute::new("routing.http.drop_invalid_header_fields.enabled", true),
        Attribute::new("routing.http.desync_mitigation_mode", "strictest"),
        // The gateway routes on the host that the client asked for.
        Attribute::new("routing.http.preserve_host_header.enabled", true),
        // The client's own address comes last, after whatever the client wrote.
        Attribute::new("routing.http.xff_header_processing.mode", "append"),
        Attribute::new("routing.http2.enabled", true),
    ];
    vec![
        json("load-balancer/create-load-balancer.json", &create),
        json("load-balancer/modify-load-balancer-attributes.json", &Attributes { load_balancer_arn: ARN, attributes }),
        json("load-balancer/set-subnets.json", &Subnets { load_balancer_arn: ARN, subnets }),
        json("load-balancer/set-security-groups.json", &SecurityGroups { load_balancer_arn: ARN, security_groups }),
    ]
}

fn texts(all: &[Spanned<String>]) -> Vec<&str> {
    all.iter().map(|text| text.value.as_str()).collect()
}
