//! The tenant table, and where it travels.

use super::moves::{self, Stage};
use super::place::Place;
use crate::policy::{Policy, TablePlace, Tenant};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::cmp::Ordering;
use tenantry_engine::config::{ModuleTable, PackedTable, Tenants};
use tenantry_engine::table::{BuildError, pack_by};
use xxhash_rust::xxh3::xxh3_64;

/// Up to this many tenants the table stays readable.
const READABLE_TENANTS: usize = 1_000;
/// Up to this many bytes of base64 the table stays in the configuration: with everything else, such an object is still
/// small enough for client-side `kubectl apply`, which keeps a copy in an annotation of at most 256 KiB.
const INLINE_BYTES: usize = 192 * 1024;

/// The tenant table in the form that this policy ships it in.
///
/// The table itself is the same in every cluster and through all the steps of a move; what differs is what a filter is told
/// of each class.
#[derive(Clone, Debug)]
pub struct TenantTable<'p> {
    form: Form<'p>,
    /// The table to embed in the module, where it travels there.
    pub embedded: Option<Vec<u8>>,
}

#[derive(Clone, Debug)]
enum Form<'p> {
    Readable(&'p [Tenant]),
    Inline { classes: Vec<Class<'p>>, base64: String },
    Module { classes: Vec<Class<'p>>, bytes: u32, xxh3: String },
}

/// A tenant that stands for all with the same attributes.
#[derive(Clone, Copy, Debug)]
struct Class<'p>(&'p Tenant);

impl<'p> Class<'p> {
    fn attributes(&self) -> (&'p str, &'p [String], Option<&'p str>, &'p str, bool) {
        let Tenant { cluster, failover, move_to, tier, suspended, .. } = self.0;
        (cluster, failover, move_to.as_deref(), tier, *suspended)
    }
}

impl Ord for Class<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.attributes().cmp(&other.attributes())
    }
}

impl PartialOrd for Class<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Class<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Class<'_> {}

/// Lays out the policy's tenants as `filter.table` says.
///
/// # Errors
/// When the table cannot be laid out; with the ids of a resolved policy that takes more than 65,536 combinations of
/// attributes.
pub fn table(policy: &Policy) -> Result<TenantTable<'_>, BuildError> {
    let place = *policy.filter.table;
    if place != TablePlace::Module && policy.tenants.len() <= READABLE_TENANTS {
        return Ok(readable(policy));
    }
    let (classes, bytes) = packed(policy)?;
    let inline = match place {
        TablePlace::Inline => true,
        TablePlace::Module => false,
        TablePlace::Auto => bytes.len().div_ceil(3) * 4 <= INLINE_BYTES,
    };
    if inline {
        return Ok(in_base64(classes, &bytes));
    }
    let form = Form::Module {
        classes,
        bytes: u32::try_from(bytes.len()).map_err(|_| BuildError::Size)?,
        xxh3: format!("{:016x}", xxh3_64(&bytes)),
    };
    Ok(TenantTable { form, embedded: Some(bytes) })
}

/// The same tenants in the configuration itself, whatever their number, for a filter whose module carries no table.
#[must_use]
pub fn portable(policy: &Policy) -> TenantTable<'_> {
    if policy.tenants.len() <= READABLE_TENANTS {
        return readable(policy);
    }
    // What cannot be packed cannot be loaded either, and the loader says why.
    packed(policy).map_or_else(|_| readable(policy), |(classes, bytes)| in_base64(classes, &bytes))
}

impl TenantTable<'_> {
    /// What `pluginConfig` of the filter at `place` in `cluster` says of the tenants.
    #[must_use]
    pub fn told(&self, cluster: &str, place: Place<'_>, stage: Stage) -> Tenants {
        let tell = |tenant: &Tenant| moves::told(tenant, cluster, place, stage);
        let tell_all = |classes: &[Class<'_>]| classes.iter().map(|class| tell(class.0)).collect();
        match &self.form {
            Form::Readable(tenants) => {
                Tenants::Inline(tenants.iter().map(|tenant| (tenant.id.clone(), tell(tenant))).collect())
            }
            Form::Inline { classes, base64 } => {
                Tenants::Table(PackedTable { classes: tell_all(classes), base64: base64.clone() })
            }
            Form::Module { classes, bytes, xxh3 } => {
                Tenants::Module(ModuleTable { classes: tell_all(classes), bytes: *bytes, xxh3: xxh3.clone() })
            }
        }
    }
}

fn readable(policy: &Policy) -> TenantTable<'_> {
    TenantTable { form: Form::Readable(&policy.tenants), embedded: None }
}

fn packed(policy: &Policy) -> Result<(Vec<Class<'_>>, Vec<u8>), BuildError> {
    pack_by(policy.tenants.iter().map(|tenant| (tenant.id.as_str(), Class(tenant))))
}

fn in_base64<'p>(classes: Vec<Class<'p>>, bytes: &[u8]) -> TenantTable<'p> {
    TenantTable { form: Form::Inline { classes, base64: STANDARD.encode(bytes) }, embedded: None }
}
