//! How Istio itself is installed: the same settings for `istioctl` and for Helm.

pub mod helm;
pub mod operator;
mod size;
