//! Target groups: the addresses of one cluster's gateway, or of every one.
//!
//! Most of a target group cannot be changed once it is made. All of that goes into its name, so that a change makes
//! another group, and rules turn to it once it is there.

use super::{Attribute, Tag, json, names, owner};
use crate::plan::door::{DoorPlan, Upstream};
use crate::policy::Alb;
use serde::Serialize;
use std::net::Ipv4Addr;

/// Where the gateway of an Istio mesh says whether it is ready, in plain HTTP. Health checks carry the address of the
/// target as their host, and no gateway serves that host on its own port.
const STATUS: (u16, &str) = (15021, "/healthz/ready");

/// The longest time that AWS lets requests to a target end which is taken away, in seconds.
const DRAIN: u64 = 3_600;

/// A target group.
pub struct Group<'p> {
    /// Its name.
    pub name: String,
    /// Its cluster; none for every one.
    pub cluster: Option<&'p str>,
    /// Whether it takes gRPC, and nothing else.
    pub grpc: bool,
    /// Addresses and ports.
    pub targets: Vec<(Ipv4Addr, u16)>,
    /// What it is made with.
    create: Create<'p>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Create<'p> {
    name: String,
    target_type: &'static str,
    ip_address_type: &'static str,
    protocol: &'static str,
    protocol_version: &'static str,
    port: u16,
    vpc_id: &'p str,
    health_check_enabled: bool,
    health_check_protocol: &'static str,
    health_check_port: String,
    health_check_path: &'static str,
    health_check_interval_seconds: u16,
    health_check_timeout_seconds: u16,
    healthy_threshold_count: u16,
    unhealthy_threshold_count: u16,
    matcher: Matcher,
    tags: Vec<Tag>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Matcher {
    #[serde(skip_serializing_if = "Option::is_none")]
    http_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grpc_code: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    target_group_arn: String,
    attributes: Vec<Attribute>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Register {
    target_group_arn: String,
    targets: Vec<Target>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    id: Ipv4Addr,
    port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    availability_zone: Option<&'static str>,
}

/// Every target group that rules may send to.
pub fn groups<'p>(plan: &'p DoorPlan, alb: &'p Alb) -> Vec<Group<'p>> {
    let mut groups = Vec::new();
    for grpc in if plan.grpc.is_empty() { &[false][..] } else { &[false, true] } {
        groups.extend(
            plan.clusters.iter().map(|cluster| group(plan, alb, (Some(&cluster.name), *grpc), targets(alb, cluster))),
        );
        if !plan.exempt.is_empty() {
            let every = plan.clusters.iter().flat_map(|cluster| targets(alb, cluster)).collect();
            groups.push(group(plan, alb, (None, *grpc), every));
        }
    }
    groups
}

fn targets(alb: &Alb, cluster: &Upstream) -> Vec<(Ipv4Addr, u16)> {
    let addresses = alb.targets.get(&cluster.name).into_iter().flat_map(|addresses| &addresses.value);
    addresses.map(|address| (address.value, cluster.port)).collect()
}

fn group<'p>(
    plan: &'p DoorPlan,
    alb: &'p Alb,
    (cluster, grpc): (Option<&'p str>, bool),
    targets: Vec<(Ipv4Addr, u16)>,
) -> Group<'p> {
    let port = targets.first().map_or(443, |(_, port)| *port);
    // A health check of a gRPC group is a call. Any answer to it proves that the gateway is there.
    let (protocol, check, matcher) = if grpc {
        let check = ("HTTPS", "traffic-port".to_owned(), "/AWS.ALB/healthcheck");
        ("GRPC", check, Matcher { http_code: None, grpc_code: Some("0-99") })
    } else {
        let check = ("HTTP", STATUS.0.to_string(), STATUS.1);
        ("HTTP1", check, Matcher { http_code: Some("200"), grpc_code: None })
    };
    let mut create = Create {
        name: String::new(),
        target_type: "ip",
        ip_address_type: "ipv4",
        protocol: "HTTPS",
        protocol_version: protocol,
        port,
        vpc_id: &alb.vpc,
        health_check_enabled: true,
        health_check_protocol: check.0,
        health_check_port: check.1,
        health_check_path: check.2,
        health_check_interval_seconds: 10,
        health_check_timeout_seconds: 5,
        healthy_threshold_count: 2,
        unhealthy_threshold_count: 2,
        matcher,
        tags: vec![owner(plan)],
    };
    let settled = serde_json::to_string(&create).unwrap_or_default();
    let mark = names::digest(&format!("{cluster:?} {settled}"), 8);
    let kind = if grpc { "grpc" } else { "http" };
    create.name = names::marked(&format!("{kind}-{}", cluster.unwrap_or("every")), &mark);
    Group { name: create.name.clone(), cluster, grpc, targets, create }
}

pub fn files(plan: &DoorPlan, alb: &Alb, group: &Group<'_>) -> Vec<(String, String)> {
    let directory = format!("target-groups/{}", group.name);
    let target_group_arn = format!("@target-group/{}@", group.name);
    let targets = group.targets.iter().map(|&(id, port)| {
        let inside = alb.ranges.iter().any(|range| range.contains(id));
        Target { id, port, availability_zone: (!inside).then_some("all") }
    });
    // Streams may go on for as long as they may be silent.
    let attributes = vec![Attribute::new("deregistration_delay.timeout_seconds", plan.idle.as_secs().min(DRAIN))];
    vec![
        json(format!("{directory}/create-target-group.json"), &group.create),
        json(
            format!("{directory}/modify-target-group-attributes.json"),
            &Attributes { target_group_arn: target_group_arn.clone(), attributes },
        ),
        json(format!("{directory}/register-targets.json"), &Register { target_group_arn, targets: targets.collect() }),
    ]
}
