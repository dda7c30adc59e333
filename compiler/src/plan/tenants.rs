//! The tenant table, and where it travels.

use crate::policy::Policy;
use std::collections::BTreeMap;
use tenantry_engine::config::{Tenant, Tenants};

/// The tenant table in the form that this policy ships it in.
#[derive(Clone, Debug)]
pub struct TenantTable {
    /// What `pluginConfig` says.
    pub config: Tenants,
    /// The table to embed in the module, where it travels there.
    pub embedded: Option<Vec<u8>>,
}

/// Lays out the policy's tenants.
#[must_use]
pub fn table(policy: &Policy) -> TenantTable {
    let tenants = policy.tenants.iter().map(|tenant| {
        let attributes =
            Tenant { cluster: tenant.cluster.clone(), tier: tenant.tier.clone(), suspended: tenant.suspended };
        (tenant.id.clone(), attributes)
    });
    TenantTable { config: Tenants::Inline(tenants.collect::<BTreeMap<_, _>>()), embedded: None }
}
