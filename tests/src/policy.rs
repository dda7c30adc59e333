//! Policies for tests: from a file, or from text.

use std::path::Path;
use tenantry::policy::Policy;
use tenantry::render::{Style, human};
use tenantry::resolve;
use tenantry::source::SourceMap;

/// Reads a policy file.
///
/// # Errors
/// The rendered diagnostics, when it has errors.
pub fn load(path: &Path) -> Result<(Policy, SourceMap), String> {
    let loaded = resolve::load(path);
    match loaded.policy {
        Some(policy) => Ok((policy, loaded.sources)),
        None => Err(human(&loaded.sources, &loaded.diagnostics, Style::Plain)),
    }
}

/// Reads a policy's text.
///
/// # Errors
/// As [`load`].
///
/// # Panics
/// When there is no room for a temporary file.
pub fn parse(text: &str) -> Result<(Policy, SourceMap), String> {
    let file = tempfile::NamedTempFile::with_suffix(".yaml").expect("a temporary file");
    std::fs::write(file.path(), text).expect("a temporary file is writable");
    load(file.path())
}
