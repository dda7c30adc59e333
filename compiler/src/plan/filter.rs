//! What the filter is told: the policy as `pluginConfig`.

use super::moves::Stage;
use super::place::Place;
use super::{gateway_principal, hosts, service, tenants, tracing, values};
use crate::policy::{self, Caller, Policy, TracingMode};
use std::collections::BTreeMap;
use tenantry_engine::config::{
    Body, Cluster, Elsewhere, PluginConfig, Property, Release, Role, Route, Stamps, Tenants, Tier, Token, VERSION,
    Workload,
};

/// The configuration of a filter in `cluster`, which is one of the policy's. The tenant table is in it, whatever its
/// size, so that it works with any build of the module.
#[must_use]
pub fn plugin_config(policy: &Policy, cluster: &str, place: Place<'_>) -> PluginConfig {
    plugin_config_at(policy, cluster, place, Stage::Before)
}

/// The same while tenants are moving.
#[must_use]
pub fn plugin_config_at(policy: &Policy, cluster: &str, place: Place<'_>, stage: Stage) -> PluginConfig {
    with_tenants(policy, cluster, place, tenants::portable(policy).told(cluster, place, stage))
}

/// The same with a tenant table that is laid out and told already.
#[must_use]
pub fn with_tenants(policy: &Policy, cluster: &str, place: Place<'_>, tenants: Tenants) -> PluginConfig {
    match place {
        Place::Gateway => gateway(policy, cluster, tenants),
        Place::Workload(service) => workload(policy, cluster, service, tenants),
    }
}

/// Services whose sidecars run the filter, in policy order: those that the gateway calls, and, where the filter is the
/// tracer, those whose calls the policy wants to see.
pub fn at_services(policy: &Policy) -> impl Iterator<Item = &str> {
    let traced = policy.tracing.as_ref().is_some_and(|tracing| *tracing.mode == TracingMode::PerTenant);
    let filtered = policy.services.iter().filter(move |(_, service)| {
        let called = !service.callers.is_empty();
        from_ingress(service) || (traced && called && service.span_kind.is_some())
    });
    filtered.map(|(name, _)| name.as_str())
}

/// Whether the gateway may call the service.
fn from_ingress(service: &policy::Service) -> bool {
    service.callers.iter().any(|caller| caller.value == Caller::Ingress)
}

fn gateway(policy: &Policy, cluster: &str, tenants: Tenants) -> PluginConfig {
    let tenancy = &policy.tenancy;
    PluginConfig {
        token: tenancy
            .token
            .as_ref()
            .map(|token| Token { claim: token.claim.value.clone(), required: *token.required }),
        body: tenancy.body.as_ref().map(|body| Body {
            pointers: values(&body.pointers),
            limit: body.limit,
            over_limit: *body.over_limit,
        }),
        routes: policy.routes.iter().map(|route| self::route(route)).collect(),
        releases: policy
            .services
            .iter()
            .filter(|(name, service)| service.releases.len() > 1 && routed(policy, name))
            .map(|(name, service)| (name.clone(), releases(service)))
            .collect(),
        trace: tracing::trace(policy, None),
        ..base(policy, cluster, Role::Gateway, tenants)
    }
}

/// A sidecar holds the gateway's stamps against the same table; routes, tokens and rates were the gateway's business.
fn workload(policy: &Policy, cluster: &str, name: &str, tenants: Tenants) -> PluginConfig {
    let spiffe = |principal: String| format!("spiffe://{principal}");
    let behind_gateway = policy.services.get(name).is_some_and(|service| from_ingress(service));
    let exempt = policy.tenancy.exempt.iter().filter(|_| behind_gateway);
    let gateways = behind_gateway.then(|| spiffe(gateway_principal())).into_iter();
    PluginConfig {
        // Only the gateway lets requests without a tenant in.
        exempt: exempt.map(|path| upstream_path(policy, path, name)).collect(),
        workload: Some(Workload {
            gateways: gateways.collect(),
            callers: service::callers(policy, name).into_iter().map(spiffe).collect(),
        }),
        trace: tracing::trace(policy, Some(name)),
        ..base(policy, cluster, Role::Workload, tenants)
    }
}

/// What both roles are told.
fn base(policy: &Policy, cluster: &str, role: Role, tenants: Tenants) -> PluginConfig {
    let tenancy = &policy.tenancy;
    let clusters = policy.clusters.iter();
    PluginConfig {
        version: VERSION,
        policy: policy.name.value.clone(),
        role,
        cluster: cluster.to_owned(),
        header: tenancy.header.to_ascii_lowercase(),
        ids: *tenancy.ids,
        hosts: hosts(policy, cluster),
        exempt: values(&tenancy.exempt),
        token: None,
        body: None,
        elsewhere: *tenancy.elsewhere,
        clusters: clusters
            .map(|(name, cluster)| (name.clone(), Cluster { endpoint: cluster.endpoint.value.clone() }))
            .collect(),
        tiers: tenancy.tiers.iter().map(|(name, tier)| (name.clone(), self::tier(tier))).collect(),
        routes: Vec::new(),
        releases: BTreeMap::new(),
        tenants,
        stamps: stamps(policy),
        properties: properties(policy),
        metric_tenants: 100,
        workload: None,
        trace: None,
    }
}

fn tier(tier: &policy::Tier) -> Tier {
    let millirate = tier.millirate.as_ref().map(|rate| rate.value);
    // Without a burst of its own a bucket holds one second's worth, and never less than one request.
    let one_second = |rate: u64| u32::try_from(rate.div_ceil(1000).max(1)).unwrap_or(u32::MAX);
    let burst = millirate.map(|rate| tier.burst.as_ref().map_or_else(|| one_second(rate), |burst| burst.value));
    Tier { millirate, burst, sampling: tier.sampling.as_ref().map(|share| share.value) }
}

fn route(route: &policy::Route) -> Route {
    Route {
        path: route.path.value.clone(),
        methods: values(&route.methods),
        service: route.to.value.clone(),
        tenants: route.tenants.as_ref().map(|tenants| values(tenants)),
    }
}

fn releases(service: &policy::Service) -> Vec<Release> {
    let releases = service.releases.iter();
    releases
        .map(|(name, release)| Release {
            name: name.clone(),
            weight: *release.weight,
            sticky: release.sticky,
            header: release.header.as_ref().map(|header| header.value.clone()),
        })
        .collect()
}

/// Whether a route leads to the service; the gateway chooses no release of any other.
fn routed(policy: &Policy, service: &str) -> bool {
    policy.routes.iter().any(|route| *route.to == service)
}

/// The stamps that some rule of this policy matches on.
fn stamps(policy: &Policy) -> Stamps {
    let routed = policy.routes.iter().filter_map(|route| policy.services.get(&route.to.value));
    Stamps {
        cluster: policy.clusters.len() > 1 && *policy.tenancy.elsewhere == Elsewhere::Forward,
        tier: false,
        track: routed.into_iter().any(|service| stamps_track(service)),
    }
}

/// Whether the filter chooses this service's release, rather than Envoy by weight.
pub(super) fn stamps_track(service: &policy::Service) -> bool {
    service.releases.len() > 1 && service.releases.values().any(|release| release.sticky || release.header.is_some())
}

/// What the access log and Envoy's tracer read.
fn properties(policy: &Policy) -> Vec<Property> {
    let logged = policy.mesh.access_log.map(|_| [Property::Decision, Property::Tenant]);
    let traced = policy.tracing.as_ref().map(|tracing| tracing::published(tracing));
    let mut properties: Vec<Property> = logged.into_iter().flatten().collect();
    properties.extend(traced.into_iter().flatten());
    properties.sort_unstable_by_key(|property| *property as u8);
    properties.dedup();
    properties
}

/// An exempt path as the service's sidecar sees it, after the route's rewrite.
fn upstream_path(policy: &Policy, path: &str, service: &str) -> String {
    let under = |prefix: &str| -> Option<String> {
        let rest = path.strip_prefix(prefix.trim_end_matches('/'))?;
        (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
    };
    let matching = policy.routes.iter().find_map(|route| Some((route, under(&route.path)?)));
    let rewritten = matching.and_then(|(route, rest)| {
        let to = route.rewrite.as_ref().filter(|_| route.to.value == service)?;
        let joined = format!("{}{rest}", to.trim_end_matches('/'));
        Some(if joined.is_empty() { "/".to_owned() } else { joined })
    });
    rewritten.unwrap_or_else(|| path.to_owned())
}
