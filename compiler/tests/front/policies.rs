//! The reference policies and the sketch's features.

use crate::support::repository;
use std::path::{Path, PathBuf};
use tenantry::render::{Style, human};
use tenantry::resolve::load;

/// Every policy of `policies/`, found, so that a new one cannot be forgotten.
pub fn reference_policies() -> Vec<PathBuf> {
    fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(directory).expect("policies/ is there") {
            let path = entry.expect("an entry of policies/").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|end| end == "yaml")
                && std::fs::read_to_string(&path).is_ok_and(|text| text.contains("kind: MeshPolicy"))
            {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&repository().join("policies"), &mut found);
    found.sort();
    found
}

#[test]
fn reference_policies_resolve_without_a_word() {
    let policies = reference_policies();
    assert!(policies.len() >= 5, "{policies:?}");
    for path in policies {
        let loaded = load(&path);
        assert_eq!(human(&loaded.sources, &loaded.diagnostics, Style::Plain), "", "{}", path.display());
        assert!(loaded.policy.is_some(), "{}", path.display());
    }
}

#[test]
fn tenants_come_sorted_from_policy_and_files() {
    let loaded = load(&repository().join("policies/large-tenants/policy.yaml"));
    let policy = loaded.policy.expect("a reference policy resolves");
    assert_eq!(policy.tenants.len(), 522);
    assert!(policy.tenants.is_sorted_by(|a, b| a.id < b.id));
    let tenant = |id: &str| policy.tenants.iter().find(|tenant| tenant.id == id).expect("a tenant of the policy");
    assert_eq!(tenant("head-office").tier, "premium");
    let west = policy.tenants.iter().find(|tenant| tenant.id.contains("-w")).expect("a tenant of the second file");
    assert_eq!(west.cluster, "west");
    let file = loaded.sources.file(west.span.file);
    assert_eq!(&file.text[west.span.start as usize..west.span.end as usize], west.id);
}

#[test]
fn comments_are_kept_with_their_lines() {
    let loaded = load(&repository().join("policies/cogniverse.yaml"));
    let file = loaded.sources.file(tenantry::source::FileId(0));
    let hashes = file.text.lines().filter(|line| line.contains('#')).count();
    assert_eq!(loaded.comments.len(), hashes, "the policy has no `#` but in comments");
    for comment in &loaded.comments {
        let line = file.line(comment.line);
        assert!(line.ends_with(&comment.text), "{comment:?}");
        assert_eq!(comment.alone, line.trim_start().starts_with('#'), "{comment:?}");
        assert!(file.text[comment.span.start as usize..].starts_with('#'));
    }
}
