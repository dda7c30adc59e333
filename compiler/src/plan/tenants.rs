//! The tenant table, and where it travels.

use crate::policy::{Policy, TablePlace, Tenant as Declared};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tenantry_engine::config::{ModuleTable, PackedTable, Tenant, Tenants};
use tenantry_engine::table::{Attributes, BuildError, Packed, pack};
use xxhash_rust::xxh3::xxh3_64;

/// Up to this many tenants the table stays readable.
const READABLE_TENANTS: usize = 1_000;
/// Up to this many bytes of base64 the table stays in the configuration: with everything else, such an object is still
/// small enough for client-side `kubectl apply`, which keeps a copy in an annotation of at most 256 KiB.
const INLINE_BYTES: usize = 192 * 1024;

/// The tenant table in the form that this policy ships it in.
#[derive(Clone, Debug)]
pub struct TenantTable {
    /// What `pluginConfig` says.
    pub config: Tenants,
    /// The table to embed in the module, where it travels there.
    pub embedded: Option<Vec<u8>>,
}

/// Lays out the policy's tenants as `filter.table` says.
///
/// # Errors
/// When the table cannot be laid out; with the ids of a resolved policy that takes more than 65,536 combinations of
/// cluster, tier and status.
pub fn table(policy: &Policy) -> Result<TenantTable, BuildError> {
    let place = *policy.filter.table;
    if place != TablePlace::Module && policy.tenants.len() <= READABLE_TENANTS {
        return Ok(TenantTable { config: readable(policy), embedded: None });
    }
    let packed = packed(policy)?;
    let inline = match place {
        TablePlace::Inline => true,
        TablePlace::Module => false,
        TablePlace::Auto => packed.bytes.len().div_ceil(3) * 4 <= INLINE_BYTES,
    };
    if inline {
        return Ok(TenantTable { config: in_base64(packed), embedded: None });
    }
    let config = Tenants::Module(ModuleTable {
        classes: packed.classes,
        bytes: u32::try_from(packed.bytes.len()).map_err(|_| BuildError::Size)?,
        xxh3: format!("{:016x}", xxh3_64(&packed.bytes)),
    });
    Ok(TenantTable { config, embedded: Some(packed.bytes) })
}

/// The same tenants in the configuration itself, whatever their number, for a filter whose module carries no table.
#[must_use]
pub fn portable(policy: &Policy) -> Tenants {
    if policy.tenants.len() <= READABLE_TENANTS {
        return readable(policy);
    }
    // What cannot be packed cannot be loaded either, and the loader says why.
    packed(policy).map_or_else(|_| readable(policy), in_base64)
}

fn readable(policy: &Policy) -> Tenants {
    let tenants = policy.tenants.iter().map(|tenant| {
        let Declared { cluster, tier, suspended, .. } = tenant;
        (tenant.id.clone(), Tenant { cluster: cluster.clone(), tier: tier.clone(), suspended: *suspended })
    });
    Tenants::Inline(tenants.collect())
}

fn packed(policy: &Policy) -> Result<Packed, BuildError> {
    pack(policy.tenants.iter().map(|tenant| {
        let Declared { cluster, tier, suspended, .. } = tenant;
        (tenant.id.as_str(), Attributes { cluster, tier, suspended: *suspended })
    }))
}

fn in_base64(packed: Packed) -> Tenants {
    Tenants::Table(PackedTable { classes: packed.classes, base64: STANDARD.encode(&packed.bytes) })
}
