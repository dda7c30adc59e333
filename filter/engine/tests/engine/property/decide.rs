//! The engine fails closed.

use crate::fixture::{Sent, gateway};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;
use tenantry_engine::decision::Verdict;

/// Headers that come near the ones that matter, and any others.
fn header() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let name = prop_oneof![
        4 => Just(b"x-tenant-id".to_vec()),
        2 => prop::sample::select(vec!["X-Tenant-ID", "x_tenant_id", "x-tenantry-tier", "x_tenantry-cluster", "x-tenantry-"])
            .prop_map(|name| name.as_bytes().to_vec()),
        2 => Just(b":path".to_vec()),
        1 => prop::sample::select(vec![":authority", ":method", "content-type", "upgrade"]).prop_map(|n| n.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..20),
    ];
    let value = prop_oneof![
        4 => prop::sample::select(vec!["tenant_a", "tenant_b", "closed", "acme:production", " tenant_a", "tenant_a,tenant_b", "nobody"])
            .prop_map(|value| value.as_bytes().to_vec()),
        2 => prop::sample::select(vec!["/search", "/admin", "/health", "/search/../admin", "/health/..", "//"]).prop_map(|v| v.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..30),
    ];
    (name, value)
}

/// `name` as a server sees it that keeps only letters and digits apart.
fn folded(name: &[u8]) -> Vec<u8> {
    name.iter().map(|b| if b.is_ascii_alphanumeric() { b.to_ascii_lowercase() } else { b'-' }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_passes_without_exactly_one_known_tenant(
        path in prop::sample::select(vec!["/search", "/search/x?y", "/admin", "/dashboard", "/health", "/", "/search/.."]),
        headers in vec(header(), 0..6),
    ) {
        let config = gateway(|_| {});
        let mut request = Sent::default().header(":method", "GET").header(":path", path).header(":authority", "api.cogniverse.com");
        for (name, value) in &headers {
            request = request.raw(name, value);
        }
        let tenants: Vec<&(Vec<u8>, Vec<u8>)> = headers.iter().filter(|(name, _)| folded(name) == b"x-tenant-id").collect();
        let internal: BTreeSet<&[u8]> =
            headers.iter().map(|(name, _)| name.as_slice()).filter(|name| folded(name).starts_with(b"x-tenantry-")).collect();
        request.decide(&config, |decision| {
            let set: BTreeSet<&str> = decision.set.iter().map(|(name, _)| *name).collect();
            prop_assert_eq!(set.len(), decision.set.len());
            prop_assert!(!decision.why.is_empty() && !decision.why.is_full());
            if decision.verdict.status().is_some() {
                prop_assert!(decision.set.is_empty() && decision.pending == Default::default());
                return Ok(());
            }
            let removed: BTreeSet<&[u8]> = decision.remove.iter().map(|name| name.as_bytes()).collect();
            prop_assert!(removed.is_superset(&internal));
            let Some(tenant) = decision.tenant else {
                // Exempt: nothing that reads as a tenant header goes upstream.
                prop_assert_eq!(path, "/health");
                prop_assert!(tenants.iter().all(|(name, _)| removed.contains(name.as_slice())));
                return Ok(());
            };
            prop_assert_eq!(tenants.len(), 1);
            prop_assert!(["tenant_a", "tenant_b", "acme:production"].contains(&tenant));
            let upstream = decision.set.iter().find(|(name, _)| *name == "x-tenant-id").map_or(tenants[0].1.as_slice(), |(_, v)| v.as_bytes());
            prop_assert_eq!(upstream, tenant.as_bytes());
            match decision.verdict {
                Verdict::Forward { cluster } => prop_assert_eq!((tenant, cluster), ("tenant_b", "eu")),
                _ => prop_assert!(tenant != "tenant_b" && (!path.starts_with("/admin") || tenant == "acme:production")),
            }
            Ok(())
        })?;
    }

    #[test]
    fn any_bytes_get_a_decision(headers in vec((vec(any::<u8>(), 0..40), vec(any::<u8>(), 0..40)), 0..10), claim: Option<String>) {
        let config = gateway(|_| {});
        let mut request = Sent::default();
        for (name, value) in &headers {
            request = request.raw(name, value);
        }
        if let Some(claim) = &claim {
            request = request.claim(claim);
        }
        prop_assert!(request.verdict(&config).starts_with("refuse:"));
    }
}
