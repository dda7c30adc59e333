//! `RequestAuthentication`: tokens verified at the gateway, for the filter to compare with the tenant header.

use super::SECURITY;
use crate::emit::manifest::{Document, Manifest, Selector};
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    selector: Selector,
    jwt_rules: Vec<JwtRule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JwtRule {
    issuer: String,
    jwks_uri: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    audiences: Vec<String>,
    forward_original_token: bool,
}

/// The token travels on, so that another cluster's gateway and the services can verify it again.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let Some(token) = &plan.token else { return Vec::new() };
    let rule = JwtRule {
        issuer: token.issuer.clone(),
        jwks_uri: token.jwks.clone(),
        audiences: token.audiences.clone(),
        forward_original_token: true,
    };
    let spec = Spec { selector: Selector::gateway(), jwt_rules: vec![rule] };
    let at = (SYSTEM_NAMESPACE, plan.policy.as_str());
    vec![Manifest::new(plan, SECURITY, "RequestAuthentication", at, spec).document()]
}
