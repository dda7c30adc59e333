//! The Application Load Balancer of AWS: what `aws elbv2 COMMAND --cli-input-json` takes, and a script that runs the
//! commands in order.
//!
//! ARNs are known only once there is something to name. In the files their places hold `@NAME@`, which the script
//! fills in.

mod balancer;
mod listener;
mod names;
mod rule;
mod script;
mod target_group;

use crate::plan::alb;
use crate::plan::door::DoorPlan;
use serde::Serialize;

/// A tag of everything that the script makes and may change.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: &'static str,
    value: String,
}

/// The tag that says whose something is.
fn owner(plan: &DoorPlan) -> Tag {
    Tag { key: "tenantry:policy", value: plan.policy.clone() }
}

/// An attribute, which `elbv2` takes as text whatever it is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    key: &'static str,
    value: String,
}

impl Attribute {
    fn new(key: &'static str, value: impl ToString) -> Self {
        Self { key, value: value.to_string() }
    }
}

/// The files of an Application Load Balancer.
pub fn emit(plan: &DoorPlan) -> Vec<(String, String)> {
    // Without it nothing is compiled (TN0330).
    let Some(alb) = &plan.alb else { return Vec::new() };
    let groups = target_group::groups(plan, alb);
    let rules = alb::rules(plan);
    let mut files = balancer::files(plan, alb);
    files.extend(groups.iter().flat_map(|group| target_group::files(plan, alb, group)));
    files.extend(listener::files(plan, alb, rules.otherwise));
    let (rule_files, names) = rule::files(plan, &rules.rules);
    files.extend(rule_files);
    files.push(("apply.sh".to_owned(), script::script(plan, alb, &groups, &names)));
    files
}

/// A file for `--cli-input-json`.
fn json(path: impl Into<String>, input: &impl Serialize) -> (String, String) {
    let mut text = serde_json::to_string_pretty(input).unwrap_or_default();
    text.push('\n');
    (path.into(), text)
}
