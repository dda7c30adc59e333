//! A tag that moves.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds an `oci://` URL without a tag or digest, or with the tag `latest`.
    ///
    /// ## Why it matters
    /// Compiled manifests carry the digest of the image. When somebody pushes another build under the same tag,
    /// proxies fetch an image that does not match and, as the filter fails closed, refuse every request.
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
    pub static RULE: TN0228, "filter-tag-moves", Warning, "the tag of the filter image moves while its digest is fixed";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(url) = &policy.filter.url else { return };
    let Some(image) = url.strip_prefix("oci://") else { return };
    let name = image.rsplit('/').next().unwrap_or(image);
    let message = match name.split_once(':') {
        _ if name.contains('@') => return,
        Some((_, "latest")) => "the tag `latest` moves, but the compiled digest does not",
        Some(_) => return,
        None => "an image without a tag means `latest`, which moves, but the compiled digest does not",
    };
    found.push(
        RULE.at(url.span, message)
            .label("proxies refuse all traffic once another image is pushed here")
            .help("use a tag that is pushed once, such as the version"),
    );
}
