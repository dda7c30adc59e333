//! Istio's resources, one file per kind.

pub mod authorization_policy;
pub mod destination_rule;
pub mod envoy_filter;
pub mod gateway;
pub mod peer_authentication;
pub mod request_authentication;
pub mod service_entry;
pub mod sidecar;
pub mod telemetry;
pub mod traffic_extension;
pub mod virtual_service;

/// Group and version of the traffic resources.
const NETWORKING: &str = "networking.istio.io/v1";
/// Group and version of the security resources.
const SECURITY: &str = "security.istio.io/v1";
