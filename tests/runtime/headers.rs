//! What becomes of the request's headers.

use crate::policy::{gateway, get, search, start};
use proptest::prelude::*;
use tenantry_tests::host::Request;

/// Every spelling of an internal header that a server behind the gateway might take for one is removed.
#[test]
fn strips_internal_headers() {
    let forged = ["x-tenantry-cluster", "x-tenantry-tier", "X-Tenantry-Anything", "x_tenantry_tier", "x-tenantry_tier"];
    let request = forged.into_iter().fold(search("tenant_a"), |request, name| {
        request.header(name, "forged").header(name, "again").header("x-kept", name)
    });
    let outcome = start(&gateway()).request(&request);
    assert!(outcome.passed());
    assert!(outcome.headers.iter().all(|(_, value)| value != b"forged" && value != b"again"), "{:?}", outcome.headers);
    assert_eq!(outcome.headers.all("x-kept").len(), forged.len());
    assert_eq!(outcome.headers.one("x-tenantry-tier"), Some("gold"));
}

/// The same tenant always gets the same side; a header overrules it.
#[test]
fn sticky_canary() {
    let mut vm = start(&crate::policy::gateway_with(|config| {
        for (release, weight) in [(0, 5000), (1, 5000)] {
            config["releases"]["runtime"][release]["weight"] = weight.into();
        }
        for tenant in 0..40 {
            config["tenants"]["inline"][format!("t{tenant}")] = serde_json::json!({"cluster": "us", "tier": "gold"});
        }
    }));
    let mut sides = std::collections::BTreeMap::new();
    for round in 0..3 {
        for tenant in (0..40).map(|tenant| format!("t{tenant}")) {
            let outcome = vm.request(&search(&tenant).header("x-round", round.to_string()));
            let side = outcome.headers.one("x-tenantry-track").expect("a track").to_owned();
            assert_eq!(*sides.entry(tenant).or_insert_with(|| side.clone()), side);
        }
    }
    let canary = sides.values().filter(|side| *side == "canary").count();
    assert!((5..35).contains(&canary), "{canary} of 40 at half the weight");

    let chosen = vm.request(&search("t0").header("x-canary-user", "true"));
    assert_eq!(chosen.headers.one("x-tenantry-track"), Some("canary"));
    let forged = vm.request(&search("t0").header("x-tenantry-track", "canary").header("x-canary-user", "false"));
    assert_eq!(forged.headers.one("x-tenantry-track"), Some(&*sides["t0"]));
}

fn header() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let name = prop_oneof![
        "[a-z_-]{1,12}".prop_map(String::into_bytes),
        "x[-_]tenant[-_]id".prop_map(String::into_bytes),
        "x[-_]tenantry[-_][a-z]{1,8}".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..10),
    ];
    let value = prop_oneof![
        Just(b"tenant_a".to_vec()),
        Just(b"tenant_b".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..20),
    ];
    (name, value)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever the headers: no trap, and what goes on carries exactly one tenant, of the table, and no forged stamp.
    #[test]
    fn never_lets_a_forgery_through(headers in proptest::collection::vec(header(), 0..8), host in "[a-z.]{0,20}") {
        let request = headers.iter().fold(
            if host.len() % 3 == 0 { Request::new("GET", &host, "/search") } else { get("/search") },
            |request, (name, value)| request.header(name, value),
        );
        let outcome = start(&gateway()).request(&request);
        prop_assert!(outcome.trap.is_none(), "{:?}", outcome.trap);
        if outcome.reply.is_none() {
            let tenant = outcome.headers.one("x-tenant-id");
            prop_assert!(matches!(tenant, Some("tenant_a" | "tenant_b")), "{tenant:?}");
            let stamps = outcome.headers.iter().filter(|(name, _)| {
                name.iter().map(|byte| if *byte == b'_' { b'-' } else { byte.to_ascii_lowercase() }).take(11).eq(*b"x-tenantry-")
            });
            // Cluster and tier; then the release here, or the way that it came for another cluster.
            prop_assert_eq!(stamps.count(), 3);
        }
    }
}
