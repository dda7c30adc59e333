//! Loading a policy for subcommands that need a good one.

use super::{Console, Exit};
use std::path::Path;
use tenantry::check::report;
use tenantry::diagnostic::Severity;
use tenantry::policy::Policy;
use tenantry::resolve;
use tenantry::source::SourceMap;

/// Reads and checks a policy. Errors are printed and end the run; warnings are `tenantry check`'s business.
pub fn load(path: &Path, console: &Console) -> Result<(Policy, SourceMap), Exit> {
    let loaded = resolve::load(path);
    let mut report = report(&loaded);
    match loaded.policy {
        Some(policy) if !report.has(Severity::Error) => Ok((policy, loaded.sources)),
        _ => {
            report.diagnostics.retain(|it| it.rule.severity == Severity::Error);
            console.diagnostics(&loaded.sources, &report.diagnostics);
            Err(Exit::of(&report, false))
        }
    }
}

/// A help line with the policy's cluster names, for one that it does not have.
pub fn clusters(policy: &Policy, wanted: &str) -> String {
    let nearest = policy
        .clusters
        .keys()
        .map(|known| (strsim::jaro_winkler(known, wanted), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((_, known)) => format!("help: did you mean `{known}`?"),
        None => {
            let names: Vec<String> = policy.clusters.keys().map(|name| format!("`{name}`")).collect();
            format!("help: the policy's clusters are {}", names.join(", "))
        }
    }
}
