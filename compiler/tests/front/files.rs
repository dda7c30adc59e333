//! Files that are no policy before anyone looks at their YAML.

use crate::support::{load_bytes, report};
use tenantry::resolve::load;

#[test]
fn a_file_that_is_not_there() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let loaded = load(&directory.path().join("none.yaml"));
    let [found] = &loaded.diagnostics[..] else { panic!("one diagnostic: {:?}", loaded.diagnostics) };
    assert_eq!(found.rule.code, "TN0001");
    assert!(found.message.ends_with("none.yaml`: no such file or directory"), "{}", found.message);
}

#[test]
fn a_directory() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let loaded = load(directory.path());
    let [found] = &loaded.diagnostics[..] else { panic!("one diagnostic: {:?}", loaded.diagnostics) };
    assert!(found.message.ends_with("` is a directory"), "{}", found.message);
}

#[test]
fn bytes_that_are_not_utf8() {
    insta::assert_snapshot!("latin_1", report(b"metadata: {name: caf\xe9}\nmesh: {}\n", &[]));
    insta::assert_snapshot!("utf_16", report(b"\xff\xfek\0i\0n\0d\0", &[]));
}

#[test]
fn characters_that_cannot_be_seen() {
    let text = "metadata: {name: a\0b}\nmesh: {profile: mini\u{200b}mal}\n# safe \u{202e}\u{2066}\nkind: x\u{85}y\rz\n";
    insta::assert_snapshot!(report(text.as_bytes(), &[]));
}

#[test]
fn nothing() {
    insta::assert_snapshot!(report(b"# to be written\n", &[]));
}

#[test]
fn not_a_mapping() {
    insta::assert_snapshot!(report(b"- apiVersion: tenantry/v1\n- kind: MeshPolicy\n", &[]));
}

#[test]
fn a_byte_order_mark_and_carriage_returns_do_no_harm() {
    let policy = std::fs::read_to_string(crate::support::repository().join("policies/single-cluster.yaml"));
    let policy = format!("\u{feff}{}", policy.expect("a reference policy").replace('\n', "\r\n"));
    let (_directory, loaded) = load_bytes(policy.as_bytes(), &[]);
    assert!(loaded.policy.is_some(), "{:?}", loaded.diagnostics);
    assert_eq!(loaded.comments[0].line, 1);
}
