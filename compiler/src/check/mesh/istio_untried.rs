//! Istio versions that this compiler was not tried with.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds an Istio version other than 1.30 and 1.31.
    ///
    /// ## Why it matters
    /// Compiled manifests use `TrafficExtension`, which Istio has since 1.30, and were tried with 1.30 and
    /// 1.31. An older Istio refuses them; a newer one may have moved on.
    ///
    /// ## Example
    /// ```yaml
    /// mesh:
    ///   istio: "1.29"
    /// ```
    ///
    /// ## Mend
    /// Use a version that the output was tried with.
    /// ```yaml
    /// mesh:
    ///   istio: "1.31"
    /// ```
    pub static RULE: TN0224, "istio-version-untried", Warning, "this compiler was not tried with this Istio version";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let (major, minor) = policy.mesh.istio.value;
    let message = if (major, minor) < TRIED.0 {
        format!("Istio {major}.{minor} has no `TrafficExtension`")
    } else if (major, minor) > TRIED.1 {
        format!("Istio {major}.{minor} is newer than this compiler")
    } else {
        return;
    };
    found.push(RULE.at(policy.mesh.istio.span, message).help("use Istio 1.30 or 1.31"));
}

/// The oldest and the newest version.
const TRIED: ((u16, u16), (u16, u16)) = ((1, 30), (1, 31));
