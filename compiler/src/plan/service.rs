//! What a service needs: its releases, who may call it, whom it may call, how its traffic is kept in bounds.

use super::routing::{self, Rule};
use super::{gateway_principal, principal};
use crate::policy::{Caller, CircuitBreaker, Policy, Protocol};
use indexmap::IndexMap;
use tenantry_engine::config::SpanKind;

/// One service of the policy.
#[derive(Clone, Debug)]
pub struct Service {
    /// Name of the Kubernetes Service.
    pub name: String,
    /// Its port.
    pub port: u16,
    /// Its protocol.
    pub protocol: Protocol,
    /// OpenInference span kind.
    pub span_kind: Option<SpanKind>,
    /// Pod labels of the workload.
    pub labels: IndexMap<String, String>,
    /// Its service account.
    pub service_account: String,
    /// Releases with the pod labels that tell them apart; empty means one release.
    pub releases: Vec<(String, IndexMap<String, String>)>,
    /// Whether the ingress gateway may call it.
    pub from_ingress: bool,
    /// Principals of the services that may call it.
    pub callers: Vec<String>,
    /// Services that it may call.
    pub calls: Vec<String>,
    /// What its callers inside the mesh get; empty when nothing was asked for.
    pub rules: Vec<Rule>,
    /// Circuit breaker.
    pub circuit_breaker: Option<CircuitBreaker>,
}

impl Service {
    /// Every principal that may call it, the gateway first.
    #[must_use]
    pub fn principals(&self) -> Vec<String> {
        self.from_ingress.then(gateway_principal).into_iter().chain(self.callers.iter().cloned()).collect()
    }
}

/// Plans the service of that name, which the policy has.
pub(super) fn plan(policy: &Policy, name: &str) -> Service {
    let service = &policy.services[name];
    Service {
        name: name.to_owned(),
        port: *service.port,
        protocol: *service.protocol,
        span_kind: service.span_kind.as_ref().map(|kind| kind.value),
        labels: service.labels.clone(),
        service_account: service.service_account.clone(),
        releases: service.releases.iter().map(|(name, release)| (name.clone(), release.labels.clone())).collect(),
        from_ingress: service.callers.iter().any(|caller| caller.value == Caller::Ingress),
        callers: callers(policy, name),
        calls: policy
            .services
            .iter()
            .filter(|(_, other)| other.callers.iter().any(|caller| calls(&caller.value, name)))
            .map(|(other, _)| other.clone())
            .collect(),
        rules: routing::in_mesh(policy, name),
        circuit_breaker: service.circuit_breaker.as_ref().map(|breaker| breaker.value.clone()),
    }
}

/// Principals of the services that may call `name`.
pub(super) fn callers(policy: &Policy, name: &str) -> Vec<String> {
    let named = policy.services[name].callers.iter().filter_map(|caller| match &caller.value {
        Caller::Service(other) => policy.services.get(other),
        Caller::Ingress => None,
    });
    named.map(|other| principal(&policy.namespace, &other.service_account)).collect()
}

fn calls(caller: &Caller, name: &str) -> bool {
    matches!(caller, Caller::Service(other) if other == name)
}
