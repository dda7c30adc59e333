//! Where istiod does not look for the keys of tokens.
//!
//! istiod itself fetches what a `RequestAuthentication` names. Whoever may write one, or whoever the name's DNS belongs to,
//! could point it at what only istiod reaches.

use super::environment::Variable;
use crate::plan::ClusterPlan;

const BLOCKED_VARIABLE: &str = "BLOCKED_CIDRS_IN_JWKS_URIS";

/// istiod's own host, and the link with the cloud's metadata service on it. No identity provider is there, while a private
/// address may well be one inside the cluster.
const BLOCKED: [&str; 6] = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "::/128", "::1/128", "fe80::/10"];

/// Variables of istiod.
pub fn at_istiod(plan: &ClusterPlan) -> Vec<Variable> {
    let blocked = || Variable::new(BLOCKED_VARIABLE, BLOCKED.join(","));
    plan.token.as_ref().map(|_| blocked()).into_iter().collect()
}
