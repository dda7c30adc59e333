//! Policy in, golden manifests out. `UPDATE_GOLDEN=1 cargo test -p tenantry --test compile golden` rewrites them.

use crate::support::{compiled, load, root};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn check(policy: &str) {
    let name = Path::new(policy).file_stem().expect("a file name");
    let golden = root().join("compiler/tests/compile/golden").join(name);
    let compiled = compiled(&load(&root().join(policy)));
    // The OCI layout is made of digests of the stand-in module; its own tests cover it.
    let now: BTreeMap<PathBuf, &[u8]> = compiled
        .artifacts
        .iter()
        .filter(|(path, _)| !path.starts_with("filter/"))
        .map(|(path, bytes)| (PathBuf::from(path), bytes))
        .collect();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let _ = fs::remove_dir_all(&golden);
        for (path, bytes) in &now {
            let place = golden.join(path);
            fs::create_dir_all(place.parent().expect("a folder")).expect("writable");
            fs::write(place, bytes).expect("writable");
        }
    }
    let mut then = BTreeMap::new();
    read(&golden, &golden, &mut then);
    for (path, bytes) in &now {
        let text = String::from_utf8_lossy(bytes);
        let expected = then.get(path).map(|bytes| String::from_utf8_lossy(bytes));
        assert_eq!(Some(text), expected, "{} of {policy}", path.display());
    }
    let gone: Vec<_> = then.keys().filter(|path| !now.contains_key(*path)).collect();
    assert!(gone.is_empty(), "{policy} no longer compiles to {gone:?}");
}

fn read(root: &Path, at: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let entries = fs::read_dir(at).unwrap_or_else(|error| panic!("`{}`: {error}; see this file's head", at.display()));
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read(root, &path, found);
        } else {
            let name = path.strip_prefix(root).expect("below the root").to_owned();
            found.insert(name, fs::read(&path).expect("readable"));
        }
    }
}

#[test]
fn cogniverse() {
    check("policies/cogniverse.yaml");
}

#[test]
fn canary() {
    check("policies/canary.yaml");
}

#[test]
fn production() {
    check("compiler/tests/compile/policies/production.yaml");
}

#[test]
fn small() {
    check("compiler/tests/compile/policies/small.yaml");
}
