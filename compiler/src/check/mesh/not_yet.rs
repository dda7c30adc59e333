//! Parts of the language that this version only reads.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `ingress.frontDoor` and `mesh.addons`.
    ///
    /// ## Why it matters
    /// They are part of the language, and this version looks at them only to find mistakes. No load balancer
    /// and no addon is configured yet, so these have to be set up by hand for now.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   frontDoor: [nginx]
    /// ```
    ///
    /// ## Mend
    /// Leave the part out, or keep it for the version that compiles it and excuse the note.
    /// ```yaml
    /// ingress:
    ///   frontDoor: [nginx] # tenantry: allow(TN0224) for the next version
    /// ```
    pub static RULE: TN0224, "not-compiled-yet", Note, "this version reads this part of the policy and writes nothing for it";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let front_door =
        policy.ingress.front_door.first().map(|it| (it.span, "`frontDoor`: no load balancer is configured"));
    let addons = policy.mesh.addons.first().map(|it| (it.span, "`addons`: no addon is configured"));
    for (span, message) in [front_door, addons].into_iter().flatten() {
        found.push(RULE.at(span, format!("{message} by this version")).help("set it up by hand for now"));
    }
}
