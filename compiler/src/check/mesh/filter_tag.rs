//! A tag that moves.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds an `oci://` URL without a tag or digest, or with the tag `latest`.
    ///
    /// ## Why it matters
    /// Compiled manifests name the image by its digest. When another build is pushed under the same tag, the image in
    /// use loses its only tag, and registries remove untagged images after a while. Proxies that start later cannot
    /// fetch the filter then and, as it fails closed, refuse every request.
    ///
    /// ## Example
    /// ```yaml
    /// filter: {url: "oci://registry.example.com/shop/filter:latest"}
    /// ```
    ///
    /// ## Mend
    /// Use a tag that is pushed once.
    /// ```yaml
    /// filter: {url: "oci://registry.example.com/shop/filter:1.0"}
    /// ```
    pub static RULE: TN0228, "filter-tag-moves", Warning, "the filter image in use may lose its tag and be removed";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(url) = &policy.filter.url else { return };
    let Some(image) = url.strip_prefix("oci://") else { return };
    let name = image.rsplit('/').next().unwrap_or(image);
    let message = match name.split_once(':') {
        _ if name.contains('@') => return,
        Some((_, "latest")) => "the tag `latest` moves to the next image that is pushed",
        Some(_) => return,
        None => "an image without a tag means `latest`, which moves to the next image that is pushed",
    };
    found.push(
        RULE.at(url.span, message)
            .label("the image in use is left without a tag and may be removed")
            .help("use a tag that is pushed once, such as the version"),
    );
}
