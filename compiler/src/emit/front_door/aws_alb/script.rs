//! The script that runs the commands.

use super::balancer::scheme;
use super::names;
use super::target_group::Group;
use crate::plan::door::DoorPlan;
use crate::policy::Alb;
use std::fmt::Write as _;

/// Everything in it that is the same for every policy.
const STEPS: &str = include_str!("apply.sh");

/// What the steps are told about this policy. All of it is made of letters, digits and a few marks that mean nothing to
/// a shell within single quotes.
pub fn script(plan: &DoorPlan, alb: &Alb, groups: &[Group<'_>], rules: &[String]) -> String {
    let region = alb.certificate.split(':').nth(3).unwrap_or_default();
    let mut text = String::from("#!/usr/bin/env bash\n");
    text.push_str("# Written by tenantry. Makes the load balancer what the files beside this script say, or changes it to that.\n");
    let mut set = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}='{value}'");
    };
    set("policy", &plan.policy);
    set("region", region);
    set("balancer_name", &names::balancer(&plan.policy));
    set("scheme", scheme(alb));
    set("vpc", &alb.vpc);
    set("quota", &alb.rules.to_string());
    set("https_port", &plan.listen.https.to_string());
    set("http_port", &plan.listen.http.to_string());
    set("clusters", &plan.clusters.iter().map(|cluster| cluster.name.as_str()).collect::<Vec<_>>().join(" "));
    // A line for each: kind, cluster or none, name, targets.
    let mut table = String::new();
    for group in groups {
        let kind = if group.grpc { "grpc" } else { "http" };
        let targets: Vec<String> = group.targets.iter().map(|(address, port)| format!("{address}:{port}")).collect();
        let _ = write!(table, "\n{kind} {} {} {}", group.cluster.unwrap_or("*"), group.name, targets.join(" "));
    }
    set("target_groups", table.trim_start());
    // Other files beside these may be left from before: whoever lays new files over old ones removes none.
    set("rules", &rules.join("\n"));
    text + STEPS
}
