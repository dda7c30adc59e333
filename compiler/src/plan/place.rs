//! The places at which a filter runs.

/// Where a filter sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// At the ingress gateway.
    Gateway,
    /// In the sidecars of this service, inbound.
    Workload(&'a str),
}
