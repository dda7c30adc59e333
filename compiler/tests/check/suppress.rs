//! Comments that excuse findings.

use crate::harness::{Fixture, codes};
use tenantry::check::report;
use tenantry::resolve;

/// A policy part that raises TN0215 at its exempt path.
fn exempt(before: &str, behind: &str) -> String {
    format!(
        "tenancy:\n  exempt:\n{before}    - /search {behind}\nservices:\n  search: {{port: 8080, callers: [ingress]}}\n\
         routes:\n  - {{path: /search, to: search}}\n  - {{path: /, to: web}}\n"
    )
}

const ALLOW: &str = "# tenantry: allow(TN0215) the search page is public";

#[test]
fn without_a_comment_it_is_found() {
    assert_eq!(codes(&exempt("", "")), ["TN0215"]);
    assert_eq!(codes(&exempt("", "# TN0215 is fine here")), ["TN0215"]);
}

#[test]
fn excuses_its_own_line() {
    assert_eq!(codes(&exempt("", ALLOW)), [""; 0]);
}

#[test]
fn excuses_the_line_below_comments() {
    assert_eq!(codes(&exempt(&format!("    {ALLOW}\n"), "")), [""; 0]);
    assert_eq!(codes(&exempt(&format!("    {ALLOW}\n    # a page for everyone\n"), "")), [""; 0]);
}

#[test]
fn does_not_reach_past_a_line() {
    let far = exempt(&format!("    - /health {ALLOW}\n"), "");
    assert_eq!(codes(&far), ["TN0292", "TN0215"]);
}

#[test]
fn needs_the_right_code() {
    assert_eq!(codes(&exempt("", "# tenantry: allow(TN0216) wrong one")), ["TN0215", "TN0292"]);
    assert_eq!(codes(&exempt("", "# tenantry: allow(TN0216, TN0215) one of two")), ["TN0292"]);
}

#[test]
fn a_reason_is_owed_even_where_it_works() {
    assert_eq!(codes(&exempt("", "# tenantry: allow(TN0215)")), ["TN0290"]);
    assert_eq!(codes(&exempt("", "# tenantry: allow(TN0215):  ")), ["TN0290"]);
}

#[test]
fn counts_what_it_excused() {
    let fixture = Fixture::fragment(&exempt("", ALLOW));
    let report = report(&resolve::load(&fixture.path()));
    assert_eq!((report.diagnostics.len(), report.suppressed), (0, 1));
}

#[test]
fn cannot_excuse_what_cannot_be_read() {
    let found = codes("tenants:\n  acme: {cluster: mars} # tenantry: allow(TN0107) not built yet\n");
    assert_eq!(found, ["TN0107", "TN0293"]);
}

#[test]
fn rules_about_suppressions_cannot_be_excused() {
    let found = codes(&exempt("", "# tenantry: allow(TN0215, TN0290)"));
    assert_eq!(found, ["TN0290", "TN0293"]);
}

#[test]
fn a_hash_inside_text_is_no_comment() {
    let found = codes(&exempt("", "").replace("/search, to", "\"/search\", to").replace("- /search", "- \"/search\""));
    assert_eq!(found, ["TN0215"]);
}
