//! Which release a tenant gets.

use crate::fixture::{gateway, get};
use std::collections::BTreeSet;
use tenantry_engine::Config;
use tenantry_engine::config::{PluginConfig, Release, Tenant, Tenants};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TENANTS: usize = 2_000;

fn releases(list: &[(&str, u32)], sticky: bool) -> impl FnOnce(&mut PluginConfig) {
    let list: Vec<Release> =
        list.iter().map(|&(name, weight)| Release { name: name.to_owned(), weight, sticky, header: None }).collect();
    move |config| {
        config.releases.insert("runtime".to_owned(), list);
        config.routes.truncate(1);
        let tenant =
            Tenant { cluster: "us".to_owned(), standby: Vec::new(), tier: "gold".to_owned(), suspended: false };
        config.tenants = Tenants::Inline((0..TENANTS).map(|n| (format!("tenant_{n}"), tenant.clone())).collect());
    }
}

/// The tenants that get `release`.
fn on(release: &str, config: &Config) -> BTreeSet<usize> {
    let gets = |n: &usize| {
        get("/search").tenant(&format!("tenant_{n}")).decide(config, |decision| decision.release == Some(release))
    };
    (0..TENANTS).filter(gets).collect()
}

#[test]
fn a_header_that_came_once_chooses() {
    let config = gateway(|_| {});
    let request = get("/search").tenant("tenant_a");
    let track =
        |request: &crate::fixture::Sent| request.decide(&config, |decision| decision.release.map(str::to_owned));
    assert_eq!(track(&request).as_deref(), Some("stable"));
    let canary = request.clone().header("x-canary-user", "true");
    assert_eq!(track(&canary).as_deref(), Some("canary"));
    assert!(canary.why(&config).contains("release:canary@header"));
    assert_eq!(track(&request.clone().header("x-canary-user", "TRUE")).as_deref(), Some("stable"));
    assert_eq!(track(&canary.header("x-canary-user", "true")).as_deref(), Some("stable"));
}

#[test]
fn without_stickiness_envoy_splits() {
    let config = gateway(releases(&[("stable", 9_000), ("canary", 1_000)], false));
    let request = get("/search").tenant("tenant_1");
    assert!(request.why(&config).ends_with("route:0 release-by-weight"), "{}", request.why(&config));
    request.decide(&config, |decision| assert_eq!(decision.release, None));
}

#[test]
fn a_share_is_about_its_weight() {
    let config = gateway(releases(&[("stable", 5_000), ("canary", 3_000), ("next", 2_000)], true));
    let [stable, canary, next] = ["stable", "canary", "next"].map(|release| on(release, &config).len());
    assert_eq!(stable + canary + next, TENANTS);
    assert!((900..1_100).contains(&stable) && (520..680).contains(&canary) && (340..460).contains(&next));
}

#[test]
fn nothing_and_everything_are_exact() {
    let config = gateway(releases(&[("stable", 10_000), ("canary", 0)], true));
    assert_eq!(on("stable", &config).len(), TENANTS);
    let config = gateway(releases(&[("stable", 0), ("canary", 10_000)], true));
    assert_eq!(on("canary", &config).len(), TENANTS);
    let config = gateway(releases(&[("stable", 0), ("canary", 4_000), ("next", 6_000)], true));
    assert_eq!(on("stable", &config).len(), 0);
}

#[test]
fn raising_a_weight_only_moves_tenants_towards_that_release() {
    let mut before = BTreeSet::new();
    for weight in [0, 1, 500, 501, 2_500, 5_000, 9_999, 10_000] {
        let config = gateway(releases(&[("stable", 10_000 - weight), ("canary", weight)], true));
        let after = on("canary", &config);
        assert!(after.is_superset(&before), "at {weight}");
        before = after;
    }
}

#[test]
fn the_points_are_pinned() {
    // A change here would move every tenant of every canary; the same numbers have to come out on wasm32.
    let config = gateway(|_| {});
    let release = |id| get("/search").tenant(id).why(&config).split(' ').nth(4).map(str::to_owned);
    assert_eq!(release("tenant_a").as_deref(), Some("release:stable@3766"));
    assert_eq!(release("acme:production").as_deref(), Some("release:stable@1538"));
}
