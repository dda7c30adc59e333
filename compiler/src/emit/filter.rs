//! The filter as a cluster gets it: the module that proxies fetch, and what each filter is told.

use super::CompileError;
use super::artifacts::Artifacts;
use crate::module::{embed, oci, verify};
use crate::plan::filter::{at_services, with_tenants};
use crate::plan::moves::Stage;
use crate::plan::place::Place;
use crate::plan::tenants::TenantTable;
use crate::policy::Policy;
use tenantry_engine::config::PluginConfig;

/// Where proxies fetch the module, and how they know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// URL; an image is named by its digest, so that old and new configurations each fetch their own module.
    pub url: String,
    /// 64 lower-case hex digits: of the image's manifest for `oci://`, of the module otherwise.
    pub sha256: String,
    /// Name of the image pull secret.
    pub pull_secret: Option<String>,
}

/// One cluster's filters.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The module, the same in every cluster.
    pub module: Module,
    /// What the gateway's filter is told.
    pub gateway: PluginConfig,
    /// What the filters of each service behind the gateway are told, by service.
    pub workloads: Vec<(String, PluginConfig)>,
}

impl Filter {
    /// The filters of `cluster` at a stage of the moves.
    #[must_use]
    pub fn new(policy: &Policy, cluster: &str, module: &Module, table: &TenantTable<'_>, stage: Stage) -> Self {
        let config = |place| with_tenants(policy, cluster, place, table.told(cluster, place, stage));
        Self {
            module: module.clone(),
            gateway: config(Place::Gateway),
            workloads: at_services(policy).map(|name| (name.to_owned(), config(Place::Workload(name)))).collect(),
        }
    }
}

/// Adds the module to push below `filter/`: as a file, and as an OCI image layout.
///
/// # Errors
/// When the policy names no URL or pins another image, or when `base` is not the built filter.
pub fn package(
    policy: &Policy,
    base: &[u8],
    table: &TenantTable<'_>,
    artifacts: &mut Artifacts,
) -> Result<Module, CompileError> {
    let url = &policy.filter.url.as_ref().ok_or(CompileError::NoUrl)?.value;
    let bytes = match &table.embedded {
        Some(table) => embed(base, table)?,
        None => {
            verify(base)?;
            base.to_vec()
        }
    };
    let layout = oci::layout(&bytes).map_err(CompileError::Pack)?;
    let file_digest = oci::sha256(&bytes);
    for (path, bytes) in layout.files {
        artifacts.add(format!("filter/oci/{}", path.display()), bytes);
    }
    artifacts.add("filter/tenantry_filter.wasm.sha256", format!("{file_digest}  tenantry_filter.wasm\n"));
    artifacts.add("filter/tenantry_filter.wasm", bytes);
    let (url, sha256) = match url.strip_prefix("oci://") {
        Some(image) => (pinned(image, &layout.digest)?, layout.digest),
        None => (url.clone(), file_digest),
    };
    let pull_secret = policy.filter.pull_secret.as_ref().map(|secret| secret.value.clone());
    Ok(Module { url, sha256, pull_secret })
}

/// The image by digest instead of by tag.
fn pinned(image: &str, digest: &str) -> Result<String, CompileError> {
    if let Some((_, pinned)) = image.split_once('@')
        && pinned != format!("sha256:{digest}")
    {
        return Err(CompileError::OtherDigest { pinned: pinned.to_owned(), built: digest.to_owned() });
    }
    Ok(format!("oci://{}@sha256:{digest}", repository(image)))
}

/// `registry/path` of an image reference, without tag and digest.
fn repository(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    let path = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[path..].find(':') {
        Some(colon) => &name[..path + colon],
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_named_by_its_digest() {
        let digest = "ab".repeat(32);
        for image in ["reg.example.com:5000/team/filter:1.0", "reg.example.com:5000/team/filter"] {
            let url = pinned(image, &digest).expect("no other digest is named");
            assert_eq!(url, format!("oci://reg.example.com:5000/team/filter@sha256:{digest}"));
        }
        let same = format!("reg.example.com/filter@sha256:{digest}");
        assert_eq!(pinned(&same, &digest).expect("the same digest"), format!("oci://{same}"));
    }

    #[test]
    fn another_digest_is_an_error() {
        let other = format!("reg.example.com/filter@sha256:{}", "cd".repeat(32));
        assert!(matches!(pinned(&other, &"ab".repeat(32)), Err(CompileError::OtherDigest { .. })));
    }
}
