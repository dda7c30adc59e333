//! One small fixture for each kind of error, and what a person is shown about it.

use crate::support::{complete, report};
use std::path::Path;

#[test]
fn every_fixture_is_reported_as_before() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/front/errors");
    let mut fixtures: Vec<_> = std::fs::read_dir(&directory)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("a fixture").path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .collect();
    fixtures.sort();
    insta::with_settings!({snapshot_path => "errors", prepend_module_to_snapshot => false, omit_expression => true}, {
        for path in fixtures {
            let fixture = std::fs::read_to_string(&path).expect("a fixture");
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
            insta::assert_snapshot!(name, report(complete(&fixture).as_bytes(), &[]));
        }
    });
}

/// Rules about whole files, which have tests of their own.
const OTHERS: &[&str] = &["TN0001", "TN0002", "TN0003", "TN0004", "TN0014", "TN0015", "TN0109", "TN0110", "TN0111"];

#[test]
fn every_rule_of_the_front_end_has_a_fixture() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/front/errors");
    let reports: String = std::fs::read_dir(&directory)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("a fixture").path())
        .filter(|path| path.extension().is_some_and(|end| end == "snap"))
        .map(|path| std::fs::read_to_string(path).expect("a snapshot"))
        .collect();
    for rule in tenantry::syntax::RULES.iter().chain(tenantry::resolve::RULES) {
        let found = reports.contains(&format!("[{}]", rule.code));
        assert!(found || OTHERS.contains(&rule.code), "{} {}", rule.code, rule.name);
    }
}
