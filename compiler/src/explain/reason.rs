//! Each reason of a decision in plain words, with the place in the policy behind it.

use crate::policy::{Policy, Service};
use crate::source::Span;
use tenantry_engine::code::Code;
use tenantry_engine::decision::{Decision, Reason};

/// A reason in words and, where a line of the policy is behind it, that line's place.
pub(super) fn describe(policy: &Policy, decision: &Decision<'_>, reason: &Reason<'_>) -> (String, Option<Span>) {
    let tenancy = &policy.tenancy;
    let token = tenancy.token.as_ref().map(|token| token.span);
    match *reason {
        Reason::Stripped(1) => ("an internal header that the client sent is removed".to_owned(), None),
        Reason::Stripped(count) => (format!("{count} internal headers that the client sent are removed"), None),
        Reason::Exempt(index) => {
            ("the path needs no tenant".to_owned(), tenancy.exempt.get(index).map(|path| path.span))
        }
        Reason::Header(tenant) => {
            (format!("the `{}` header names tenant `{tenant}`", *tenancy.header), Some(tenancy.header.span))
        }
        Reason::ClaimAgreed => ("the verified token names the same tenant".to_owned(), token),
        Reason::ClaimAbsent => ("there is no verified token, and none is required".to_owned(), token),
        Reason::Known(tenant) => {
            let text = format!("the tenant is known: home `{}`, tier `{}`", tenant.cluster, tenant.tier);
            (text, decision.tenant.and_then(|id| tenant_span(policy, id)))
        }
        Reason::Home => {
            let home = decision.cluster.and_then(|cluster| policy.clusters.get(cluster));
            ("this cluster is the tenant's home".to_owned(), home.map(|cluster| cluster.span))
        }
        Reason::Standby(cluster) => {
            let text = format!("the tenant's home is cluster `{cluster}`, and this cluster serves it as well");
            (text, decision.tenant.and_then(|id| tenant_span(policy, id)))
        }
        Reason::Elsewhere(cluster) => {
            (format!("the tenant's home is cluster `{cluster}`"), Some(tenancy.elsewhere.span))
        }
        Reason::Route(index) => {
            let route = policy.routes.get(index);
            let text = route.map_or_else(String::new, |route| {
                format!("the path is under route `{}`, which leads to `{}`", *route.path, *route.to)
            });
            (text, route.map(|route| route.span))
        }
        Reason::RouteAllowed(index) => {
            let tenants = policy.routes.get(index).and_then(|route| route.tenants.as_ref());
            let listed = tenants.and_then(|list| list.iter().find(|id| Some(id.as_str()) == decision.tenant));
            ("the route lists the tenant".to_owned(), listed.map(|id| id.span))
        }
        Reason::ReleaseByHeader(release) => {
            let header = release_of(policy, decision, release).and_then(|release| release.header.as_ref());
            let name = header.map_or("", |header| header.0.as_str());
            (format!("the `{name}` header chooses release `{release}`"), header.map(|header| header.span))
        }
        Reason::ReleaseByHash { release, point } => (
            format!("the tenant's sticky point is {point} of 10000, which falls to release `{release}`"),
            release_of(policy, decision, release).map(|release| release.weight.span),
        ),
        Reason::ReleaseByWeight => {
            let first = service_of(policy, decision).and_then(|service| service.releases.values().next());
            ("Envoy splits this service's traffic by weight".to_owned(), first.map(|release| release.span))
        }
        Reason::Charged => charged(policy, decision),
        Reason::BodyBound => {
            ("the JSON body has to name the same tenant".to_owned(), tenancy.body.as_ref().map(|body| body.span))
        }
        Reason::GatewayPeer => ("the peer is the gateway".to_owned(), None),
        Reason::MeshPeer => ("the peer is an allowed caller".to_owned(), None),
        Reason::Refused(code) => (refusal(code.title()), behind(policy, decision, code)),
    }
}

fn charged(policy: &Policy, decision: &Decision<'_>) -> (String, Option<Span>) {
    let tier = decision.tier.and_then(|tier| policy.tenancy.tiers.get_key_value(tier));
    let text = match decision.pending.charge {
        Some(charge) => format!(
            "one request is taken from the tenant's bucket of {}, which refills at {} a second",
            charge.burst,
            f64::from(u32::try_from(charge.millirate).unwrap_or(u32::MAX)) / 1000.0
        ),
        None => "one request is taken from the tenant's bucket".to_owned(),
    };
    (text, tier.map(|(_, tier)| tier.span))
}

/// The engine's sentence in the form of the other reasons.
pub(super) fn refusal(title: &str) -> String {
    let mut text = title.trim_end_matches('.').to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    text
}

/// The place that a refusal goes back to.
fn behind(policy: &Policy, decision: &Decision<'_>, code: Code) -> Option<Span> {
    let tenancy = &policy.tenancy;
    match code {
        Code::HostUnknown => Some(policy.ingress.hosts.first().map_or(policy.ingress.span, |host| host.span)),
        Code::TenantMissing | Code::TenantAmbiguous => Some(tenancy.header.span),
        Code::TenantMalformed => Some(tenancy.ids.span),
        Code::TokenMissing => tenancy.token.as_ref().map(|token| token.span),
        Code::TenantMismatch if decision.why.iter().any(|reason| matches!(reason, Reason::BodyBound)) => {
            tenancy.body.as_ref().map(|body| body.span)
        }
        Code::TenantMismatch => tenancy.token.as_ref().map(|token| token.claim.span),
        Code::TenantSuspended => {
            let named = decision.why.iter().find_map(|reason| match reason {
                Reason::Header(tenant) => Some(*tenant),
                _ => None,
            });
            named.and_then(|id| tenant_span(policy, id))
        }
        Code::TenantElsewhere | Code::ForwardLoop => Some(tenancy.elsewhere.span),
        Code::RouteForbidden => {
            let route = decision.why.iter().find_map(|reason| match reason {
                Reason::Route(index) => policy.routes.get(*index),
                _ => None,
            });
            route.map(|route| route.tenants.as_ref().and_then(|list| list.first()).map_or(route.span, |id| id.span))
        }
        Code::TenantThrottled => {
            decision.tier.and_then(|tier| policy.tenancy.tiers.get_key_value(tier)).map(|(_, tier)| tier.span)
        }
        Code::BodyTooLarge | Code::BodyEncoded | Code::BodyMalformed => tenancy.body.as_ref().map(|body| body.span),
        Code::PathMalformed
        | Code::TenantUnknown
        | Code::RouteUnknown
        | Code::StampMissing
        | Code::CallerForbidden
        | Code::PolicyUnavailable => None,
    }
}

pub(super) fn tenant_span(policy: &Policy, id: &str) -> Option<Span> {
    policy.tenants.iter().find(|tenant| tenant.id == id).map(|tenant| tenant.span)
}

fn service_of<'p>(policy: &'p Policy, decision: &Decision<'_>) -> Option<&'p Service> {
    decision.service.and_then(|name| policy.services.get(name)).map(|service| &service.value)
}

fn release_of<'p>(
    policy: &'p Policy,
    decision: &Decision<'_>,
    name: &str,
) -> Option<&'p crate::source::Spanned<crate::policy::Release>> {
    service_of(policy, decision).and_then(|service| service.releases.get(name))
}
