//! Dashboards with nothing to show.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Addon;
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds the addon `kiali` or `grafana` without `prometheus`.
    ///
    /// ## Why it matters
    /// Both draw what Prometheus has collected. Without it Kiali shows an empty graph and an error, and
    /// Grafana's dashboards have no data.
    ///
    /// ## Example
    /// ```yaml
    /// mesh:
    ///   addons: [kiali] # tenantry: allow(TN0224) installed by hand
    /// ```
    ///
    /// ## Mend
    /// Add Prometheus. Suppress this where the cluster has one already.
    /// ```yaml
    /// mesh:
    ///   addons: [kiali, prometheus] # tenantry: allow(TN0224) installed by hand
    /// ```
    pub static RULE: TN0223, "addon-without-prometheus", Warning, "Kiali and Grafana read their numbers from Prometheus";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.mesh.addons.iter().any(|it| it.value == Addon::Prometheus) {
        return;
    }
    if let Some(addon) = policy.mesh.addons.first() {
        let name = if addon.value == Addon::Kiali { "kiali" } else { "grafana" };
        found.push(
            RULE.at(addon.span, format!("`{name}` reads its numbers from Prometheus, which is not an addon here"))
                .help("add `prometheus` to `addons`"),
        );
    }
}
