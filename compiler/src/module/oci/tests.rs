use super::{layout, sha256};
use serde_json::Value;
use std::io::Read;
use std::path::Path;

fn file<'a>(files: &'a [(std::path::PathBuf, Vec<u8>)], path: &str) -> &'a [u8] {
    &files.iter().find(|(at, _)| at == Path::new(path)).unwrap_or_else(|| panic!("no `{path}`")).1
}

fn blob<'a>(files: &'a [(std::path::PathBuf, Vec<u8>)], descriptor: &Value) -> &'a [u8] {
    let digest = descriptor["digest"].as_str().expect("a digest").strip_prefix("sha256:").expect("sha256");
    let bytes = file(files, &format!("blobs/sha256/{digest}"));
    assert_eq!(sha256(bytes), digest);
    assert_eq!(descriptor["size"], bytes.len());
    bytes
}

/// Walks the layout the way a client does: index, manifest, layer, `plugin.wasm`.
#[test]
fn carries_the_module() {
    let module = b"\0asm\x01\0\0\0 and more".repeat(1000);
    let image = layout(&module).expect("a layout");
    let index: Value = serde_json::from_slice(file(&image.files, "index.json")).expect("JSON");
    let manifest = &index["manifests"][0];
    assert_eq!(manifest["digest"], format!("sha256:{}", image.digest));
    let manifest: Value = serde_json::from_slice(blob(&image.files, manifest)).expect("JSON");
    let config: Value = serde_json::from_slice(blob(&image.files, &manifest["config"])).expect("JSON");
    assert_eq!(manifest["layers"][0]["mediaType"], "application/vnd.oci.image.layer.v1.tar+gzip");

    let mut tar = Vec::new();
    flate2::read::GzDecoder::new(blob(&image.files, &manifest["layers"][0])).read_to_end(&mut tar).expect("gzip");
    assert_eq!(config["rootfs"]["diff_ids"][0], format!("sha256:{}", sha256(&tar)));
    let mut archive = tar::Archive::new(&*tar);
    let mut entries = archive.entries().expect("tar");
    let mut entry = entries.next().expect("an entry").expect("an entry");
    assert_eq!(entry.path().expect("a path"), Path::new("plugin.wasm"));
    let mut unpacked = Vec::new();
    entry.read_to_end(&mut unpacked).expect("content");
    assert_eq!(unpacked, module);
    assert!(entries.next().is_none());
}

/// Any change to these bytes changes the digest that users have pinned; make it knowingly.
#[test]
fn digest_is_stable() {
    let image = layout(b"\0asm\x01\0\0\0").expect("a layout");
    insta::assert_snapshot!(image.digest, @"d11d5fba9046e262455596dea9050d4d15220b5b941c2de4f70eb25337792741");
    assert_eq!(layout(b"\0asm\x01\0\0\0").expect("a layout").files, image.files);
}
