//! The real `kubectl kustomize` takes every cluster's directory, and reads the objects that were meant.

use crate::support::{applied, compiled, load, policies};
use serde_json::Value;
use std::process::Command;
use tenantry::write::{Scope, write};

fn kustomize(dir: &std::path::Path) -> Vec<Value> {
    let output = Command::new("kubectl").arg("kustomize").arg(dir).output().unwrap_or_else(|error| {
        panic!("kubectl: {error}; this test needs the real one: `cargo xtask setup` says how to get it")
    });
    assert!(output.status.success(), "{}: {}", dir.display(), String::from_utf8_lossy(&output.stderr));
    serde_saphyr::from_multiple(std::str::from_utf8(&output.stdout).expect("UTF-8")).expect("YAML")
}

fn key(object: &Value) -> String {
    let metadata = &object["metadata"];
    format!("{} {} {} {}", object["apiVersion"], object["kind"], metadata["namespace"], metadata["name"])
}

#[test]
fn kustomize_reads_the_objects_of_every_policy_as_they_were_meant() {
    for path in policies() {
        let policy = load(&path);
        let out = tempfile::tempdir().expect("a temporary folder");
        write(out.path(), &policy.name, &compiled(&policy).artifacts, &Scope::Everything).expect("writable");
        for cluster in policy.clusters.keys() {
            let mut read = kustomize(&out.path().join(cluster));
            let mut meant = applied(&policy, cluster).all().to_vec();
            read.sort_by_key(key);
            meant.sort_by_key(key);
            for (read, meant) in read.iter().zip(&meant) {
                assert_eq!(read, meant, "{} for {cluster}", path.display());
            }
            assert_eq!(read.len(), meant.len(), "{} for {cluster}", path.display());
        }
    }
}
