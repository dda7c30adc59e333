//! Every rule of `check/suppress`, on its own example.

use crate::harness::example;
use insta::assert_snapshot;

#[test]
fn no_reason() {
    assert_snapshot!(example("TN0290"), @"
    warning[TN0290]: this suppression does not say why
      --> policy.yaml:29:15
       |
    29 |     - /search # tenantry: allow(TN0215)
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write the reason after `allow(...)`
    ");
}

#[test]
fn unknown_code() {
    assert_snapshot!(example("TN0291"), @"
    warning[TN0291]: there is no diagnostic `TN9999`
      --> policy.yaml:29:15
       |
    29 |     - /health # tenantry: allow(TN9999) probes come from the node
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: `tenantry explain-code` lists them all
    ");
}

#[test]
fn unused() {
    assert_snapshot!(example("TN0292"), @"
    warning[TN0292]: there is no TN0215 here to suppress
      --> policy.yaml:29:15
       |
    29 |     - /health # tenantry: allow(TN0215) the search page is public
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: remove it, or move it to the line of the diagnostic
    ");
}

#[test]
fn forbidden() {
    assert_snapshot!(example("TN0293"), @"
    warning[TN0293]: TN0001 (unreadable-file) cannot be suppressed
      --> policy.yaml:29:15
       |
    29 |     - /health # tenantry: allow(TN0001) this file comes later
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: mend what it points at
    ");
}

#[test]
fn malformed() {
    assert_snapshot!(example("TN0294"), @"
    warning[TN0294]: this comment for tenantry cannot be read
      --> policy.yaml:29:15
       |
    29 |     - /health # tenantry: ignore TN0215, it is a probe
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `# tenantry: allow(CODE) reason`
    ");
}
