//! A tenant stays where it is while its release grows.

use crate::fixture::{gateway, get};
use proptest::prelude::*;
use tenantry_engine::config::{IdGrammar, Release, Tenant, Tenants};

/// The release that `tenant` gets where the releases after the base have these weights.
fn release(tenant: &str, weights: [u32; 2]) -> String {
    let config = gateway(|config| {
        config.ids = IdGrammar::OrgColon;
        config.routes.truncate(1);
        let gold = Tenant { cluster: "us".to_owned(), standby: Vec::new(), tier: "gold".to_owned(), suspended: false };
        config.tenants = Tenants::Inline([(tenant.to_owned(), gold)].into());
        let weights = [10_000 - weights[0] - weights[1], weights[0], weights[1]];
        let release =
            |(name, weight): (&str, u32)| Release { name: name.to_owned(), weight, sticky: true, header: None };
        config
            .releases
            .insert("runtime".to_owned(), ["stable", "canary", "next"].into_iter().zip(weights).map(release).collect());
    });
    get("/search").tenant(tenant).decide(&config, |decision| decision.release.map(str::to_owned)).unwrap()
}

proptest! {
    #[test]
    fn raising_a_weight_moves_tenants_only_towards_it(
        tenant in "[a-z]{1,12}(:[a-z]{1,4})?",
        canary in 0..=10_000u32,
        more in 0..=10_000u32,
        next in 0..=10_000u32,
    ) {
        let (before, after) = (release(&tenant, [canary.min(more), 0]), release(&tenant, [canary.max(more), 0]));
        prop_assert!(before == after || after == "canary", "{} -> {}", before, after);
        // With several releases: whoever is on one stays on it while it grows at the base's cost.
        let next = next.min(10_000 - canary.max(more));
        let [before, after] = [canary.min(more), canary.max(more)].map(|weight| release(&tenant, [weight, next]));
        prop_assert!(before != "canary" || after == "canary");
        let [before, after] = [next / 2, next].map(|weight| release(&tenant, [canary, weight.min(10_000 - canary)]));
        prop_assert!(before == after || after == "next", "{} -> {}", before, after);
    }
}
