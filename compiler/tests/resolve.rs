//! Reference policies resolve without a word.

use std::path::Path;
use tenantry::render::{Style, human};
use tenantry::resolve::load;

#[test]
fn reference_policies_resolve() {
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let loaded = load(&policies.join("cogniverse.yaml"));
    assert_eq!(human(&loaded.sources, &loaded.diagnostics, Style::Plain), "");
    assert!(loaded.policy.is_some());
}
