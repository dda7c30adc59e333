//! Both protocols, and a Phoenix that wants an API key.

use crate::fixture::{phoenix, search};
use crate::policy::{policy, with};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tenantry_tests::envoy::{LATEST, binary, mesh::Mesh};
use tenantry_tests::phoenix::Phoenix;

const HTTP: &str = "  phoenix: {service: phoenix, protocol: http}";

/// An Envoy that has the key in its environment, as the compiled manifests give it to a proxy.
fn envoy_with_key(directory: &Path, key: &str) -> PathBuf {
    let script = directory.join("envoy");
    fs::write(&script, format!("#!/bin/sh\nPHOENIX_API_KEY='{key}' exec '{}' \"$@\"\n", binary(LATEST).display()))
        .expect("a script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a program");
    script
}

#[test]
fn http_carries_the_same() {
    let mesh = Mesh::traced(LATEST, &with(&policy("over-http", ""), "phoenix:", HTTP), phoenix().http());
    for tenant in ["acme", "globex", "acme"] {
        assert_eq!(mesh.send("us", &search(tenant)).status, 200);
    }
    assert_eq!(mesh.send("us", &search("nobody")).status, 403);
    for (project, count) in [("acme:acme", 2), ("globex:globex", 1), ("unassigned", 1)] {
        let spans = phoenix().api().settled(&format!("over-http-{project}"), count);
        assert!(spans.iter().all(|span| span.integer("http.response.status_code").is_some()));
    }
}

#[test]
fn a_key_opens_phoenix_and_a_wrong_one_harms_nobody() {
    let phoenix = Phoenix::start_with_auth().expect("Phoenix starts");
    let key = phoenix.key().expect("this one wants a key");
    let directory = tempfile::tempdir().expect("a directory");
    let lines = [
        ("grpc", "  phoenix: {service: phoenix, apiKey: {secret: phoenix-key}}", phoenix.grpc()),
        ("http", "  phoenix: {service: phoenix, protocol: http, apiKey: {secret: phoenix-key}}", phoenix.http()),
    ];
    for (protocol, line, address) in lines {
        for (kind, key) in [("wrong", "not-the-key-not-the-key-0123456789"), ("right", key)] {
            let policy = with(&policy(&format!("{kind}-{protocol}"), ""), "phoenix:", line);
            let envoy = envoy_with_key(directory.path(), key);
            let mesh = Mesh::traced_by(&envoy, &policy, address);
            for _ in 0..5 {
                assert_eq!(mesh.send("us", &search("acme")).status, 200);
            }
            if kind == "right" {
                assert_eq!(phoenix.api().settled(&format!("right-{protocol}-acme:acme"), 5).len(), 5);
            }
        }
    }
    let projects = phoenix.api().projects().expect("Phoenix lists projects");
    assert!(projects.iter().all(|project| !project.name.starts_with("wrong")), "{projects:?}");
}
