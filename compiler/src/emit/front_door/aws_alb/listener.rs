//! The listeners: one that decides, one that sends clients to it.

use super::balancer::ARN;
use super::rule::Action;
use super::{Tag, json, owner};
use crate::plan::door::{DoorPlan, Refusal};
use crate::policy::Alb;
use serde::Serialize;

/// TLS 1.2 with forward secrecy and authenticated encryption, and TLS 1.3.
const TLS: &str = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Create<'p> {
    load_balancer_arn: &'static str,
    #[serde(flatten)]
    settings: Settings<'p>,
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Modify<'p> {
    listener_arn: String,
    #[serde(flatten)]
    settings: Settings<'p>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Settings<'p> {
    protocol: &'static str,
    port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    ssl_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<Certificate<'p>>,
    default_actions: Vec<Action>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Certificate<'p> {
    certificate_arn: &'p str,
}

pub fn files(plan: &DoorPlan, alb: &Alb, otherwise: Refusal) -> Vec<(String, String)> {
    let https = Settings {
        protocol: "HTTPS",
        port: plan.listen.https,
        ssl_policy: Some(TLS),
        certificates: vec![Certificate { certificate_arn: &alb.certificate }],
        default_actions: vec![Action::refuse(otherwise)],
    };
    let http = Settings {
        protocol: "HTTP",
        port: plan.listen.http,
        ssl_policy: None,
        certificates: Vec::new(),
        default_actions: vec![Action::redirect(plan.listen.https)],
    };
    [("https", https), ("http", http)]
        .into_iter()
        .flat_map(|(name, settings)| {
            let create = Create { load_balancer_arn: ARN, settings: settings.clone(), tags: vec![owner(plan)] };
            let modify = Modify { listener_arn: format!("@listener/{name}@"), settings };
            [
                json(format!("listeners/{name}/create-listener.json"), &create),
                json(format!("listeners/{name}/modify-listener.json"), &modify),
            ]
        })
        .collect()
}
