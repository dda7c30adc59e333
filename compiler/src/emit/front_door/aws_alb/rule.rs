//! The rules of the listener, one file for each.
//!
//! A file's name is the rule's priority and a digest of what the rule says. The digest is a tag of the rule as well: so
//! the script knows which rules are there already.

use super::{Tag, json, names, owner};
use crate::plan::alb::{Condition, Field, Rule, Step, Strings, Then};
use crate::plan::door::{DoorPlan, Refusal};
use serde::Serialize;

/// Digits of a rule's digest.
const DIGEST: usize = 16;

/// Priorities of what a rule is for. What the script makes stands between 20,001 and 40,000 until it takes its place:
/// behind what serves, before what refuses.
const fn first_priority(step: Step) -> u32 {
    match step {
        Step::Exempt => 1,
        Step::Tenants => 1_001,
        Step::Suspended => 10_001,
        Step::Refusal => 40_001,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    listener_arn: &'static str,
    priority: u32,
    conditions: Vec<Input>,
    actions: Vec<Action>,
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    field: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_header_config: Option<Config>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_pattern_config: Option<Config>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_header_config: Option<Config>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    #[serde(skip_serializing_if = "Option::is_none")]
    http_header_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regex_values: Option<Vec<String>>,
}

/// What a rule does, or a listener without one.
#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Action {
    #[serde(rename = "Type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_group_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed_response_config: Option<FixedResponse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_config: Option<Redirect>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FixedResponse {
    status_code: String,
    content_type: &'static str,
    message_body: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Redirect {
    protocol: &'static str,
    port: String,
    host: &'static str,
    path: &'static str,
    query: &'static str,
    status_code: &'static str,
}

impl Action {
    const NONE: Self = Self { kind: "", target_group_arn: None, fixed_response_config: None, redirect_config: None };

    /// Sends requests on to a target group.
    fn forward(to: String) -> Self {
        Self { kind: "forward", target_group_arn: Some(to), ..Self::NONE }
    }

    /// Refuses. Among the few types that AWS takes, JSON is as near as it gets to `application/problem+json`.
    pub fn refuse(refusal: Refusal) -> Self {
        let config = FixedResponse {
            status_code: refusal.status().to_string(),
            content_type: "application/json",
            message_body: refusal.document(),
        };
        Self { kind: "fixed-response", fixed_response_config: Some(config), ..Self::NONE }
    }

    /// Sends clients to the listener with TLS. AWS has no redirect that keeps the method.
    pub fn redirect(port: u16) -> Self {
        let config = Redirect {
            protocol: "HTTPS",
            port: port.to_string(),
            host: "#{host}",
            path: "/#{path}",
            query: "#{query}",
            status_code: "HTTP_301",
        };
        Self { kind: "redirect", redirect_config: Some(config), ..Self::NONE }
    }
}

/// The files, and the names of the rules among them.
pub fn files(plan: &DoorPlan, rules: &[Rule]) -> (Vec<(String, String)>, Vec<String>) {
    let (mut files, mut names) = (Vec::new(), Vec::new());
    let mut before = None;
    let mut priority = 0;
    for rule in rules {
        priority = if before == Some(rule.step) { priority + 1 } else { first_priority(rule.step) };
        before = Some(rule.step);
        let mut create = Create {
            listener_arn: "@listener/https@",
            priority: 0,
            conditions: rule.conditions.iter().map(input).collect(),
            actions: vec![action(&rule.then)],
            tags: vec![owner(plan)],
        };
        let digest = names::digest(&serde_json::to_string(&create).unwrap_or_default(), DIGEST);
        create.priority = priority;
        let name = format!("{priority:05}-{digest}");
        create.tags.push(Tag { key: "tenantry:rule", value: digest });
        files.push(json(format!("rules/{name}.json"), &create));
        names.push(name);
    }
    // What tenants get whose clusters somebody has said to be down.
    files.push(json("unavailable.json", &[Action::refuse(Refusal::ClusterUnavailable)]));
    (files, names)
}

fn action(then: &Then) -> Action {
    let kind = |grpc: bool| if grpc { "grpc" } else { "http" };
    match then {
        Then::Way { clusters, grpc } => Action::forward(format!("@way/{}/{}@", kind(*grpc), clusters.join("."))),
        Then::Any { grpc } => Action::forward(format!("@every/{}@", kind(*grpc))),
        Then::Refuse(refusal) => Action::refuse(*refusal),
    }
}

fn input(condition: &Condition) -> Input {
    let mut config = match condition.strings.clone() {
        Strings::Patterns(values) => Config { http_header_name: None, values: Some(values), regex_values: None },
        Strings::Expressions(values) => Config { http_header_name: None, values: None, regex_values: Some(values) },
    };
    let none = Input { field: "", host_header_config: None, path_pattern_config: None, http_header_config: None };
    match &condition.field {
        Field::Host => Input { field: "host-header", host_header_config: Some(config), ..none },
        Field::Path => Input { field: "path-pattern", path_pattern_config: Some(config), ..none },
        Field::Header(name) => {
            config.http_header_name = Some(name.clone());
            Input { field: "http-header", http_header_config: Some(config), ..none }
        }
    }
}
