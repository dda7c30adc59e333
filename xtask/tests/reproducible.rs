//! The same sources give the same module, wherever they lie.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Builds the module of the workspace at `root`, as `cargo xtask wasm` does there.
fn build(root: &Path) -> (Vec<u8>, String) {
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let status = xtask.arg("wasm").env("CARGO_MANIFEST_DIR", root.join("xtask")).status();
    assert!(status.expect("xtask starts").success(), "`cargo xtask wasm` failed in `{}`", root.display());
    let module = root.join("wasm-out/tenantry_filter.wasm");
    let bytes = fs::read(&module).expect("the module was written");
    let checksum = fs::read_to_string(module.with_extension("wasm.sha256")).expect("the checksum was written");
    (bytes, checksum)
}

/// Copies a source tree without what was built in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("folder");
    for entry in from.read_dir().expect("source folder").map(|entry| entry.expect("entry")) {
        let (path, name) = (entry.path(), entry.file_name());
        if [".git", "target", "wasm-out"].iter().any(|skipped| name == *skipped) {
            continue;
        }
        if entry.file_type().expect("file type").is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).expect("copy");
        }
    }
}

#[test]
fn two_folders_give_the_same_bytes() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("workspace");
    let elsewhere = tempfile::Builder::new().prefix("a folder of quite another name ").tempdir().expect("folder");
    copy(here, elsewhere.path());

    let (first, first_checksum) = build(here);
    let (second, second_checksum) = build(elsewhere.path());
    assert_eq!(first_checksum, second_checksum);
    assert!(first == second, "the checksums agree and the modules differ");
    let text = String::from_utf8_lossy(&first);
    let home = std::env::home_dir().expect("home folder");
    for folder in [here, elsewhere.path(), home.as_path()] {
        assert!(!text.contains(&*folder.to_string_lossy()), "the module names `{}`", folder.display());
    }
}

#[test]
fn the_checksum_is_one_that_sha256sum_accepts() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("workspace");
    build(here);
    let checked = Command::new("sha256sum")
        .args(["--check", "--strict", "tenantry_filter.wasm.sha256"])
        .current_dir(here.join("wasm-out"))
        .status();
    assert!(checked.expect("sha256sum starts").success());
}
