//! The steps of a front door in plain words, each with its place in the policy.

use super::door::Step;
use super::reason::{refusal, tenant_span};
use crate::plan::door::Refusal;
use crate::policy::Policy;
use crate::source::Span;
use std::fmt;
use tenantry_engine::code::Code;

impl fmt::Display for Step<'_> {
    /// The stable form, in the manner of the engine's reasons.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => f.write_str("plain"),
            Self::Malformed => f.write_str("malformed"),
            Self::Dropped(count) => write!(f, "dropped:{count}"),
            Self::Stripped(count) => write!(f, "stripped:{count}"),
            Self::FirstOf(count) => write!(f, "first-of:{count}"),
            Self::AnyOf(count) => write!(f, "any-of:{count}"),
            Self::Exempt(index) => write!(f, "exempt:{index}"),
            Self::Tenant(tenant, Some(way)) => write!(f, "way:{}/{}", tenant.id, way.name),
            Self::Tenant(tenant, None) => write!(f, "suspended:{}", tenant.id),
            Self::Down(cluster) => write!(f, "down:{cluster}"),
            Self::To(cluster) => write!(f, "to:{cluster}"),
            Self::Refused(refusal) => write!(f, "refused:{}", refusal.code()),
        }
    }
}

/// The words for a step and, if a line of the policy is behind it, that line's place.
pub(super) fn describe(policy: &Policy, step: &Step<'_>) -> (String, Option<Span>) {
    let counted = |count: usize, one: &str, many: &str| {
        if count == 1 { one.to_owned() } else { format!("{count} {many}") }
    };
    match *step {
        Step::Plain => {
            let door = policy.ingress.front_door.as_ref();
            ("plain HTTP is sent to the port for TLS".to_owned(), door.map(|door| door.span))
        }
        Step::Malformed => ("the load balancer takes this for no HTTP request".to_owned(), None),
        Step::Dropped(count) => {
            let one = "a header goes no further, because of the characters in its name";
            (counted(count, one, "headers go no further, because of the characters in their names"), None)
        }
        Step::Stripped(count) => {
            let one = "an internal header that the client sent is removed";
            (counted(count, one, "internal headers that the client sent are removed"), None)
        }
        Step::FirstOf(count) => {
            let text =
                format!("the `{}` header came {count} times, and only the first is seen here", *policy.tenancy.header);
            (text, Some(policy.tenancy.header.span))
        }
        Step::AnyOf(count) => {
            let header = &policy.tenancy.header;
            (
                format!("the `{}` header came {count} times, and one that matches is enough here", **header),
                Some(header.span),
            )
        }
        Step::Exempt(index) => {
            let path = policy.tenancy.exempt.get(index);
            ("the path needs no tenant, so any cluster will do".to_owned(), path.map(|path| path.span))
        }
        Step::Tenant(tenant, way) => {
            let text = match way.map(|way| way.clusters.as_slice()) {
                Some([home]) => format!("tenant `{}` goes to `{home}` alone", tenant.id),
                Some([home, others @ ..]) => {
                    format!("tenant `{}` goes to `{home}`, and while that is down to {}", tenant.id, then(others))
                }
                Some([]) | None => format!("the header names tenant `{}`", tenant.id),
            };
            (text, tenant_span(policy, &tenant.id))
        }
        Step::Down(cluster) => (format!("cluster `{cluster}` is down"), None),
        Step::To(cluster) => {
            let span = policy.clusters.get(cluster).map(|cluster| cluster.endpoint.span);
            (format!("cluster `{cluster}` gets the request"), span)
        }
        Step::Refused(refused) => (refusal(refused.title()), behind(policy, refused)),
    }
}

/// Clusters in the order in which they are tried.
fn then(clusters: &[String]) -> String {
    let named: Vec<String> = clusters.iter().map(|cluster| format!("`{cluster}`")).collect();
    named.join(", then ")
}

/// The place that a refusal goes back to.
fn behind(policy: &Policy, refusal: Refusal) -> Option<Span> {
    let tenancy = &policy.tenancy;
    match refusal {
        Refusal::Filter(Code::HostUnknown) => {
            Some(policy.ingress.hosts.first().map_or(policy.ingress.span, |host| host.span))
        }
        Refusal::Filter(Code::TenantMissing | Code::TenantAmbiguous) => Some(tenancy.header.span),
        Refusal::Filter(Code::TenantMalformed) => Some(tenancy.ids.span),
        // The step before has the tenant's line.
        Refusal::Filter(_) | Refusal::ClusterUnavailable => None,
    }
}
