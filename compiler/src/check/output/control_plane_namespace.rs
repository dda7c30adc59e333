//! Services beside the control plane.

use crate::diagnostic::{Diagnostic, rule};
use crate::plan::SYSTEM_NAMESPACE;
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a policy whose services would live in `istio-system`.
    ///
    /// ## Why it matters
    /// That is Istio's root namespace: what is denied there is denied in the whole mesh, and compiled manifests deny
    /// every call that the policy does not allow. Nothing outside the policy could be reached any more.
    ///
    /// ## Example
    /// ```yaml
    /// metadata: {name: shop, namespace: istio-system}
    /// ```
    ///
    /// ## Mend
    /// Give the services a namespace of their own.
    /// ```yaml
    /// metadata: {name: shop, namespace: shop}
    /// ```
    pub static RULE: TN0301, "control-plane-namespace", Error, "services cannot live in the control plane's namespace";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.namespace.value == SYSTEM_NAMESPACE {
        found.push(
            RULE.at(policy.namespace.span, format!("the services would live in `{SYSTEM_NAMESPACE}`"))
                .label("what is denied here is denied in the whole mesh")
                .help("give the services a namespace of their own"),
        );
    }
}
