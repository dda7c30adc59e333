//! Images that change by themselves.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a Phoenix image without a tag or digest, or with the tag `latest`.
    ///
    /// ## Why it matters
    /// The next restart of the pod may bring another version, with a database migration that cannot be undone.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, deploy: {storage: 10Gi, image: "arizephoenix/phoenix:latest"}}
    ///   mode: enrich
    /// ```
    ///
    /// ## Mend
    /// Name a version.
    /// ```yaml
    /// tracing:
    ///   phoenix: {service: phoenix, grpc: 4317, deploy: {storage: 10Gi, image: "arizephoenix/phoenix:version-20.3.0"}}
    ///   mode: enrich
    /// ```
    pub static RULE: TN0284, "phoenix-image-moves", Warning, "the Phoenix image may change without anyone deciding so";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(deploy) = policy.tracing.as_ref().and_then(|it| it.phoenix.deploy.as_ref()) else { return };
    let name = deploy.image.rsplit('/').next().unwrap_or_default();
    let tag = name.split_once(':').map(|(_, tag)| tag);
    if !name.contains('@') && tag.is_none_or(|tag| tag == "latest") {
        found.push(
            RULE.at(deploy.image.span, format!("image `{}` may change at the next restart", deploy.image.value))
                .help("name a version or a digest"),
        );
    }
}
