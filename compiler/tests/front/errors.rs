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
