//! Configurations that the filter would refuse.

use crate::diagnostic::{Diagnostic, rule};
use crate::plan::filter::{at_services, with_tenants};
use crate::plan::place::Place;
use crate::policy::{Policy, Tracing};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;
use tenantry_engine::config::Tenants;
use tenantry_engine::{Config, ConfigError};

rule! {
    /// ## What it does
    /// Gives what the policy compiles to to the filter's own loader, for every cluster and every place where the
    /// filter runs, and reports what it refuses. It runs when nothing else is an error, and cannot be suppressed.
    ///
    /// ## Why it matters
    /// Neither Kubernetes nor Istio looks into a filter's configuration. A bad one is refused by the filter in each
    /// proxy: a running gateway stays on its old policy, and a new one does not start.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   exempt: [/health, /health]
    /// ```
    ///
    /// ## Mend
    /// The message names the field of the configuration; change what it comes from.
    /// ```yaml
    /// tenancy:
    ///   exempt: [/health]
    /// ```
    pub static RULE: TN0302, "filter-refuses-configuration", Error, "the filter would refuse what this policy compiles to";
}

/// The first refusal, if there is any. The tenants are left out: each was compared with the grammar already, and what
/// else a filter is told does not depend on them.
pub fn check(policy: &Policy) -> Option<Diagnostic> {
    let places: Vec<_> = at_services(policy).map(Place::Workload).chain([Place::Gateway]).collect();
    for cluster in policy.clusters.keys() {
        for place in places.iter().rev() {
            let config = with_tenants(policy, cluster, *place, Tenants::Inline(BTreeMap::new()));
            if let Err(error) = Config::new(config, None) {
                return Some(refusal(policy, *place, &error));
            }
        }
    }
    None
}

fn refusal(policy: &Policy, place: Place<'_>, error: &ConfigError) -> Diagnostic {
    let of = match place {
        Place::Gateway => "the gateway's filter".to_owned(),
        Place::Workload(service) => format!("the filter of `{service}`"),
    };
    RULE.at(origin(policy, error.path()), format!("{of} would refuse its configuration: {error}"))
        .help("change the part of the policy that this comes from")
}

/// Where in the policy a field of the configuration comes from, as near as its path tells.
fn origin(policy: &Policy, path: &str) -> Span {
    let (field, rest) = path.split_at(path.find(['[', '.']).unwrap_or(path.len()));
    let index = rest.trim_start_matches('[').split(']').next().and_then(|it| it.parse::<usize>().ok());
    let name = rest.trim_start_matches('.').split(['.', '[']).next().unwrap_or_default();
    let tenancy = &policy.tenancy;
    let found = match field {
        "routes" => index.and_then(|at| policy.routes.get(at)).map(|it| it.path.span),
        "exempt" => tenancy.exempt.get(index.unwrap_or(0)).map(|it| it.span),
        "hosts" => policy.ingress.hosts.get(index.unwrap_or(0)).map(|it| it.span),
        "releases" => policy.services.get(name).map(|it| it.span),
        "clusters" => policy.clusters.get(name).map(|it| it.span),
        "tiers" => tenancy.tiers.get(name).map(|it| it.span),
        "token" => tenancy.token.as_ref().map(|it| it.span),
        "body" => tenancy.body.as_ref().map(|it| it.span),
        "header" => Some(tenancy.header.span),
        "trace" => policy.tracing.as_ref().map(|it| traced(it, path)),
        _ => None,
    };
    found.unwrap_or(policy.name.span)
}

/// The part of `tracing` that a field of the configuration's `trace` comes from.
fn traced(tracing: &Spanned<Tracing>, path: &str) -> Span {
    let in_export = path.strip_prefix("trace.export.");
    let field = in_export.or(path.strip_prefix("trace.")).and_then(|rest| rest.split(['.', '[']).next());
    match field {
        Some("record") => tracing.record.span,
        Some("batch") => tracing.batch.span,
        Some("buffer") => tracing.buffer.span,
        Some("project") => tracing.project.span,
        Some("unassigned") => tracing.unassigned.span,
        Some("session") => tracing.session_header.as_ref().map_or(tracing.span, |it| it.span),
        Some("user") => tracing.user_header.as_ref().map_or(tracing.span, |it| it.span),
        _ => tracing.span,
    }
}
