//! Parts of the language that this version only reads.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds `mesh.addons`.
    ///
    /// ## Why it matters
    /// They are part of the language, and this version looks at them only to find mistakes. No addon is configured yet,
    /// so they have to be set up by hand for now.
    ///
    /// ## Example
    /// ```yaml
    /// mesh:
    ///   addons: [prometheus]
    /// ```
    ///
    /// ## Mend
    /// Leave the part out, or keep it for the version that compiles it and excuse the note.
    /// ```yaml
    /// mesh:
    ///   addons: [prometheus] # tenantry: allow(TN0224) for the next version
    /// ```
    pub static RULE: TN0224, "not-compiled-yet", Note, "this version reads this part of the policy and writes nothing for it";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if let Some(addon) = policy.mesh.addons.first() {
        let message = "`addons`: no addon is configured by this version";
        found.push(RULE.at(addon.span, message).help("set it up by hand for now"));
    }
}
