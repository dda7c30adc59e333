//! Tenants that move: the states that clusters and front door go through, one place after another.
//!
//! In each state every request is served, and by one cluster. The new home serves a tenant before anybody sends it there,
//! and the old one lets what is under way in its workloads end.

use super::place::Place;
use crate::policy::{Policy, Tenant};
use tenantry_engine::config::{self, Elsewhere};

/// How far the moves of a policy have come, as one place sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Nothing has begun.
    #[default]
    Before,
    /// New homes serve their tenants as well.
    Accepted,
    /// Tenants are at home where they move to.
    HandedOver,
}

/// A step of the moves. It is done when everything that it changes has taken effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Counted from 1.
    pub number: usize,
    /// What is done.
    pub change: Change,
    /// The clusters whose filters change; empty where only the front door does.
    pub clusters: Vec<String>,
}

/// What a step of the moves changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The new homes begin to serve their tenants as well: [`Stage::Accepted`].
    Accept,
    /// The other clusters take the new homes for the homes: [`Stage::HandedOver`].
    HandOver,
    /// The front door sends the tenants to their new homes.
    FrontDoor,
}

impl Change {
    /// A name for directories.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::HandOver => "hand-over",
            Self::FrontDoor => "front-door",
        }
    }
}

/// The steps in their order; empty when nobody moves.
///
/// With `elsewhere: forward` the old home hands over first: it forwards what the front door still sends there. Otherwise it
/// would turn such requests away, so the front door comes first.
#[must_use]
pub fn steps(policy: &Policy) -> Vec<Step> {
    let moving: Vec<(&Tenant, &str)> =
        policy.tenants.iter().filter_map(|tenant| Some((tenant, tenant.move_to.as_deref()?))).collect();
    if moving.is_empty() {
        return Vec::new();
    }
    let order = match *policy.tenancy.elsewhere {
        Elsewhere::Forward => [Change::Accept, Change::HandOver, Change::FrontDoor],
        Elsewhere::Redirect | Elsewhere::Refuse => [Change::Accept, Change::FrontDoor, Change::HandOver],
    };
    let changes = |cluster: &str, change| match change {
        Change::Accept => moving.iter().any(|(_, to)| *to == cluster),
        Change::HandOver => moving.iter().any(|(_, to)| *to != cluster),
        Change::FrontDoor => false,
    };
    let steps = order.into_iter().enumerate();
    steps
        .map(|(index, change)| Step {
            number: index + 1,
            change,
            clusters: policy.clusters.keys().filter(|name| changes(name, change)).cloned().collect(),
        })
        .collect()
}

/// What the filter at `place` in `cluster` is told of a tenant.
#[must_use]
pub fn told(tenant: &Tenant, cluster: &str, place: Place<'_>, stage: Stage) -> config::Tenant {
    let mut told = config::Tenant {
        cluster: tenant.cluster.clone(),
        standby: tenant.failover.clone(),
        tier: tenant.tier.clone(),
        suspended: tenant.suspended,
    };
    let Some(to) = &tenant.move_to else { return told };
    // Gateways and workloads learn of a step at different times. Workloads are ahead of their gateway in taking a tenant
    // on, and behind it in letting the tenant go, so that they serve whatever the gateway let in.
    let workload = matches!(place, Place::Workload(_));
    if to == cluster {
        if (workload || stage != Stage::Before) && !told.standby.contains(to) {
            told.standby.push(to.clone());
        }
    } else if stage == Stage::HandedOver {
        told = config::Tenant { cluster: to.clone(), standby: after(tenant), ..told };
        if workload && cluster == tenant.cluster {
            told.standby.push(tenant.cluster.clone());
        }
    }
    told
}

/// The clusters that may serve a tenant at the front door, home first.
#[must_use]
pub fn way(tenant: &Tenant, moved: bool) -> Vec<&str> {
    match &tenant.move_to {
        Some(to) if moved => {
            let others = tenant.failover.iter().filter(|name| *name != to);
            [to].into_iter().chain(others).map(String::as_str).collect()
        }
        _ => [&tenant.cluster].into_iter().chain(&tenant.failover).map(String::as_str).collect(),
    }
}

/// Where a tenant fails over to once it has moved.
fn after(tenant: &Tenant) -> Vec<String> {
    let to = tenant.move_to.as_ref();
    tenant.failover.iter().filter(|name| Some(*name) != to).cloned().collect()
}
