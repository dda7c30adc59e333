//! How Istio itself is installed: the same settings for `istioctl` and for Helm.

pub mod helm;
pub mod operator;
mod ports;
mod size;

use super::environment::Variable;
use super::{api_key, jwks};
use crate::plan::ClusterPlan;

/// Variables of istiod.
fn istiod_environment(plan: &ClusterPlan) -> Vec<Variable> {
    let mut variables = api_key::at_istiod(plan);
    variables.extend(jwks::at_istiod(plan));
    variables
}
