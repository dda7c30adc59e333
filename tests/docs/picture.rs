//! The picture in the README is a picture of today's demo.

use std::fs;
use tenantry_tests::demo::front_door;
use tenantry_tests::demo::table::Table;
use tenantry_tests::envoy::workspace;

/// Draw it again with `cargo xtask demo --picture docs/demo.svg`.
#[test]
fn shows_the_requests_that_the_demo_sends() {
    let table = Table::read(&workspace().join("policies/cogniverse.requests.yaml")).expect("the demo's table");
    let picture = fs::read_to_string(workspace().join("docs/demo.svg")).expect("the picture");
    let names = table.requests.iter().map(|row| row.name.as_str()).chain(front_door::NAMES);
    let missing: Vec<&str> = names.filter(|name| !picture.contains(*name)).collect();
    let advice = "`cargo xtask demo --picture docs/demo.svg` draws it again";
    assert!(missing.is_empty(), "docs/demo.svg lacks {missing:?}; {advice}");
    for requests in [table.requests.len(), front_door::NAMES.len()] {
        let count = format!("{requests} requests, all as expected");
        assert!(picture.contains(&count), "docs/demo.svg does not say `{count}`; {advice}");
    }
}
