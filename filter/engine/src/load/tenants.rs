//! The tenant table in any of its three forms, and the attribute sets that it refers to.

use super::{ConfigError, names};
use crate::config::{PluginConfig, Tenant, Tenants};
use crate::table::{self, Attributes, Blob, Table};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What deciding needs to know of every tenant with the same attributes.
#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) tenant: Tenant,
    /// What this proxy's cluster is to them.
    pub(crate) here: Here,
    /// Of the home cluster.
    pub(crate) endpoint: String,
    /// Sustained requests per 1,000 seconds, and size of the bucket.
    pub(crate) rate: Option<(u64, u32)>,
}

/// What a cluster is to a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Here {
    /// Its home.
    Home,
    /// A cluster that serves it as well.
    Standby,
    /// One that does not.
    Elsewhere,
}

pub(super) fn tenants(
    config: &PluginConfig,
    embedded: Option<Box<dyn Blob>>,
) -> Result<(Vec<Class>, Table), ConfigError> {
    match &config.tenants {
        Tenants::Inline(tenants) => {
            for id in tenants.keys() {
                if config.ids.check(id.as_bytes()).is_none() {
                    let message = format!("`{}` is not a tenant id", id.escape_debug());
                    return Err(ConfigError::new("tenants.inline", message));
                }
            }
            let packed = table::pack(tenants.iter().map(|(id, tenant)| (id.as_str(), Attributes::from(tenant))))
                .map_err(|error| ConfigError::new("tenants.inline", error.to_string()))?;
            let table = open("tenants.inline", Box::new(packed.bytes))?;
            Ok((classes(config, "tenants.inline", packed.classes)?, table))
        }
        Tenants::Table(packed) => {
            let bytes = STANDARD
                .decode(&packed.base64)
                .map_err(|error| ConfigError::new("tenants.table.base64", error.to_string()))?;
            let table = open("tenants.table.base64", Box::new(bytes))?;
            table
                .verify(packed.classes.len())
                .map_err(|error| ConfigError::new("tenants.table.base64", error.to_string()))?;
            Ok((classes(config, "tenants.table.classes", packed.classes.clone())?, table))
        }
        Tenants::Module(module) => {
            let Some(blob) = embedded else {
                let message =
                    "this configuration belongs to a module with its tenant table inside; this module has none";
                return Err(ConfigError::new("tenants.module", message));
            };
            if blob.len() as u64 != u64::from(module.bytes) {
                let message =
                    format!("the module holds a tenant table of {} bytes instead of {}", blob.len(), module.bytes);
                return Err(ConfigError::new("tenants.module.bytes", message));
            }
            let table = open("tenants.module", blob)?;
            let digest = format!("{:016x}", table.digest());
            if digest != module.xxh3 {
                let message = format!("the module holds another tenant table: its XXH3-64 is {digest}");
                return Err(ConfigError::new("tenants.module.xxh3", message));
            }
            Ok((classes(config, "tenants.module.classes", module.classes.clone())?, table))
        }
    }
}

fn open(at: &str, blob: Box<dyn Blob>) -> Result<Table, ConfigError> {
    Table::open(blob).map_err(|error| ConfigError::new(at, error.to_string()))
}

fn classes(config: &PluginConfig, at: &str, tenants: Vec<Tenant>) -> Result<Vec<Class>, ConfigError> {
    tenants
        .into_iter()
        .map(|tenant| {
            let cluster = config.clusters.get(&tenant.cluster);
            names::known(at, "cluster", &tenant.cluster, cluster.is_some())?;
            let tier = config.tiers.get(&tenant.tier);
            names::known(at, "tier", &tenant.tier, tier.is_some())?;
            for standby in &tenant.standby {
                names::known(at, "cluster", standby, config.clusters.contains_key(standby))?;
            }
            let here = if tenant.cluster == config.cluster {
                Here::Home
            } else if tenant.standby.contains(&config.cluster) {
                Here::Standby
            } else {
                Here::Elsewhere
            };
            Ok(Class {
                here,
                endpoint: cluster.map(|cluster| cluster.endpoint.clone()).unwrap_or_default(),
                rate: tier.and_then(|tier| tier.millirate.zip(tier.burst)),
                tenant,
            })
        })
        .collect()
}
