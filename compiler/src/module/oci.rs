//! Packs the filter module as an OCI image layout, in the form that Istio's agent fetches: one
//! `tar+gzip` layer that holds `plugin.wasm`.
//!
//! The same module gives the same bytes, and so the same digest. For an `oci://` URL the `sha256` of Istio's
//! wasm resources is the digest of the image's manifest.

use flate2::{Compression, GzBuilder};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io::{self, Write};
use std::path::PathBuf;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// An OCI image layout in memory.
#[derive(Clone, Debug)]
pub struct Layout {
    /// SHA-256 of the image manifest, 64 lower-case hex digits: the `sha256` of an `oci://` module.
    pub digest: String,
    /// Every file, by its path inside the layout's directory, in path order.
    pub files: Vec<(PathBuf, Vec<u8>)>,
}

/// The OCI image layout that carries `module`.
///
/// # Errors
/// When `tar` or `gzip` cannot pack the module, which writing to memory does not do for a module under 8 GiB.
pub fn layout(module: &[u8]) -> io::Result<Layout> {
    let tar = archive(module)?;
    let layer = Blob::new(LAYER, compress(&tar)?);
    let config = Blob::json(
        CONFIG,
        &ImageConfig {
            architecture: "wasm",
            os: "wasi",
            config: Empty {},
            rootfs: RootFs { kind: "layers", diff_ids: [format!("sha256:{}", sha256(&tar))] },
        },
    )?;
    let manifest = Blob::json(
        MANIFEST,
        &Manifest {
            schema_version: 2,
            media_type: MANIFEST,
            config: config.descriptor(),
            layers: [layer.descriptor()],
        },
    )?;
    let index = serde_json::to_vec(&Index { schema_version: 2, manifests: [manifest.descriptor()] })?;
    let marker = serde_json::to_vec(&Marker { version: "1.0.0" })?;

    let digest = manifest.digest.clone();
    let mut files: Vec<_> = [config, layer, manifest]
        .into_iter()
        .map(|blob| (PathBuf::from("blobs/sha256").join(&blob.digest), blob.bytes))
        .chain([("index.json".into(), index), ("oci-layout".into(), marker)])
        .collect();
    files.sort();
    Ok(Layout { digest, files })
}

/// SHA-256 of `bytes`, 64 lower-case hex digits: the `sha256` of a module that is fetched by `http(s)://`.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A tar archive of `plugin.wasm` alone: no owner, no time.
fn archive(module: &[u8]) -> io::Result<Vec<u8>> {
    let mut header = tar::Header::new_ustar();
    header.set_size(module.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    let mut tar = tar::Builder::new(Vec::with_capacity(module.len() + 2048));
    tar.append_data(&mut header, "plugin.wasm", module)?;
    tar.into_inner()
}

fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    // No file name, no time and operating system "unknown" (255), so that the bytes depend on the input alone.
    let mut gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    gzip.finish()
}

/// Content with its digest.
struct Blob {
    media_type: &'static str,
    digest: String,
    bytes: Vec<u8>,
}

impl Blob {
    fn new(media_type: &'static str, bytes: Vec<u8>) -> Self {
        Self { media_type, digest: sha256(&bytes), bytes }
    }

    fn json(media_type: &'static str, value: &impl Serialize) -> io::Result<Self> {
        Ok(Self::new(media_type, serde_json::to_vec(value)?))
    }

    fn descriptor(&self) -> Descriptor {
        Descriptor { media_type: self.media_type, digest: format!("sha256:{}", self.digest), size: self.bytes.len() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: &'static str,
    digest: String,
    size: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    schema_version: u8,
    media_type: &'static str,
    config: Descriptor,
    layers: [Descriptor; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    schema_version: u8,
    manifests: [Descriptor; 1],
}

#[derive(Serialize)]
struct ImageConfig {
    architecture: &'static str,
    os: &'static str,
    config: Empty,
    rootfs: RootFs,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct RootFs {
    #[serde(rename = "type")]
    kind: &'static str,
    diff_ids: [String; 1],
}

#[derive(Serialize)]
struct Marker {
    #[serde(rename = "imageLayoutVersion")]
    version: &'static str,
}

#[cfg(test)]
mod tests;
