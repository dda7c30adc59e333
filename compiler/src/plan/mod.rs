//! What must exist in each cluster, in the mesh's own terms and for no particular target.
//!
//! The plan settles every question that needs thought (which request goes where, who may call whom, what the
//! filter is told), so that an emitter only writes down. It holds no Istio and no YAML.

pub mod alb;
pub mod door;
pub mod filter;
pub mod forward;
pub mod moves;
pub mod place;
pub mod routing;
pub mod service;
pub mod tenants;
pub mod tracing;
mod untraced;

use crate::policy::{AccessLog, DoorKind, Mtls, Policy, Profile, Tracing};
use crate::source::Spanned;
use forward::Remote;
use routing::Rule;
use service::Service;
use tenantry_engine::config::{Elsewhere, OverLimit};

/// Tags in the names of the filter's metrics, which a proxy has to be told of.
pub const STAT_TAGS: [&str; 3] = ["tenantry_decision", "tenantry_tenant", "tenantry_reason"];

/// Namespace of the control plane and of the gateways.
pub const SYSTEM_NAMESPACE: &str = "istio-system";
/// The mesh's trust domain, as Istio installs it.
pub const TRUST_DOMAIN: &str = "cluster.local";
/// Service account of the ingress gateway, as `istioctl` names it; the Helm values ask for the same.
pub const GATEWAY_ACCOUNT: &str = "istio-ingressgateway-service-account";

/// Name of the ingress gateway's Deployment and Service.
pub const GATEWAY_SERVICE: &str = "istio-ingressgateway";

/// Everything one cluster needs.
#[derive(Clone, Debug)]
pub struct ClusterPlan {
    /// `metadata.name` of the policy.
    pub policy: String,
    /// Namespace of the services.
    pub namespace: String,
    /// Name of this cluster.
    pub cluster: String,
    /// Target Istio minor version.
    pub istio: (u16, u16),
    /// Size and availability.
    pub profile: Profile,
    /// Mutual TLS between workloads.
    pub mtls: Mtls,
    /// Access log, if any.
    pub access_log: Option<AccessLog>,
    /// Hosts this cluster's gateway answers to: lower case, no port.
    pub hosts: Vec<String>,
    /// TLS secret of the gateway; none means plain HTTP.
    pub tls_secret: Option<String>,
    /// Whether a TLS handshake may name no host. Those of an Application Load Balancer do not.
    pub nameless: bool,
    /// What the gateway does with a request that the filter let through; the first match wins.
    pub rules: Vec<Rule>,
    /// The services, in policy order.
    pub services: Vec<Service>,
    /// Other clusters that this one forwards to.
    pub remotes: Vec<Remote>,
    /// Port on which this one takes what the others forward, from their gateways alone.
    pub forward_port: Option<u16>,
    /// Token that requests carry, if any.
    pub token: Option<Token>,
    /// Paths that need no tenant.
    pub exempt: Vec<String>,
    /// The tenant header, lower case.
    pub tenant_header: String,
    /// Set when whole bodies are held at the gateway until they are bound: the limit in bytes, over which they are
    /// refused. A body that may pass unread is not held.
    pub hold_bodies: Option<u32>,
    /// Where traces go.
    pub tracing: Option<Tracing>,
}

/// How tokens are verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// `iss`.
    pub issuer: String,
    /// URL of the signing keys.
    pub jwks: String,
    /// Accepted audiences; empty accepts any.
    pub audiences: Vec<String>,
    /// Whether a request without a token is refused.
    pub required: bool,
}

/// Plans one cluster. None when the policy has no cluster of that name.
#[must_use]
pub fn plan(policy: &Policy, cluster: &str) -> Option<ClusterPlan> {
    policy.clusters.get(cluster)?;
    let body = policy.tenancy.body.as_ref();
    Some(ClusterPlan {
        policy: policy.name.value.clone(),
        namespace: policy.namespace.value.clone(),
        cluster: cluster.to_owned(),
        istio: policy.mesh.istio.value,
        profile: policy.mesh.profile.value,
        mtls: policy.mesh.mtls.value,
        access_log: policy.mesh.access_log,
        hosts: hosts(policy, cluster),
        tls_secret: policy.ingress.tls.as_ref().map(|tls| tls.secret.value.clone()),
        nameless: policy.ingress.front_door.iter().flat_map(|door| &door.kinds).any(|it| it.value == DoorKind::AwsAlb),
        rules: routing::gateway(policy, cluster),
        services: policy.services.keys().map(|name| service::plan(policy, name)).collect(),
        remotes: forward::remotes(policy, cluster),
        forward_port: forward::port(policy, cluster),
        token: policy.tenancy.token.as_ref().and_then(|token| {
            Some(Token {
                issuer: token.issuer.as_ref()?.value.clone(),
                jwks: token.jwks.as_ref()?.value.clone(),
                audiences: values(&token.audiences),
                required: *token.required,
            })
        }),
        exempt: values(&policy.tenancy.exempt),
        tenant_header: policy.tenancy.header.to_ascii_lowercase(),
        hold_bodies: body.filter(|body| *body.over_limit == OverLimit::Refuse).map(|body| body.limit),
        tracing: policy.tracing.as_ref().map(|tracing| tracing.value.clone()),
    })
}

/// Hosts that a cluster's gateway answers to: the policy's, and the cluster's own endpoint where clients are sent
/// there by name (a redirect) or where no other name can stand as the TLS server name of a forwarded request.
#[must_use]
pub fn hosts(policy: &Policy, cluster: &str) -> Vec<String> {
    let mut hosts: Vec<String> = policy.ingress.hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
    let by_endpoint = match *policy.tenancy.elsewhere {
        Elsewhere::Redirect => true,
        Elsewhere::Forward => hosts.iter().all(|host| host.starts_with('*')),
        Elsewhere::Refuse => false,
    };
    if by_endpoint
        && policy.clusters.len() > 1
        && let Some(own) = policy.clusters.get(cluster)
    {
        let own = endpoint(&own.endpoint).0;
        if !hosts.iter().any(|host| covers(host, &own)) {
            hosts.push(own);
        }
    }
    hosts
}

/// Whether a host, which may begin with a wildcard for any depth of subdomains, covers another.
fn covers(host: &str, other: &str) -> bool {
    match host.strip_prefix('*') {
        Some(suffix) => other.len() > suffix.len() && other.ends_with(suffix),
        None => host == other,
    }
}

/// Splits `host` or `host:port`; the port defaults to 443.
fn endpoint(text: &str) -> (String, u16) {
    let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
    (host.to_ascii_lowercase(), port.parse().unwrap_or(443))
}

/// The values without their places.
fn values(list: &[Spanned<String>]) -> Vec<String> {
    list.iter().map(|item| item.value.clone()).collect()
}

/// The principal of a service account, without the `spiffe://` scheme.
#[must_use]
pub fn principal(namespace: &str, account: &str) -> String {
    format!("{TRUST_DOMAIN}/ns/{namespace}/sa/{account}")
}

/// The ingress gateway's principal.
#[must_use]
pub fn gateway_principal() -> String {
    principal(SYSTEM_NAMESPACE, GATEWAY_ACCOUNT)
}
