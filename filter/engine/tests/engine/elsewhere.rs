//! Tenants of other clusters: served here as well, sent home, and never round and round.

use crate::fixture::{gateway, get};
use tenantry_engine::Config;
use tenantry_engine::config::{Elsewhere, PluginConfig, Role, Tenant, Tenants, Workload};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const PEER: &str = "spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway";

/// `tenant_b`, at home in eu, with these clusters besides.
fn standby(config: &mut PluginConfig, clusters: &[&str]) {
    let Tenants::Inline(tenants) = &mut config.tenants else { panic!("the fixture is inline") };
    let tenant = tenants.get_mut("tenant_b").expect("the fixture has it");
    tenant.standby = clusters.iter().map(|&name| name.to_owned()).collect();
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

#[test]
fn a_standby_cluster_serves_the_tenant_as_its_home_would() {
    for elsewhere in [Elsewhere::Forward, Elsewhere::Redirect, Elsewhere::Refuse] {
        let config = gateway(|config| {
            config.elsewhere = elsewhere;
            standby(config, &["us"]);
        });
        let request = get("/search").tenant("tenant_b");
        assert_eq!(request.verdict(&config), "allow");
        assert!(request.why(&config).starts_with("header:tenant_b known:eu/standard standby:eu route:0 "));
        // The stamp names the cluster that serves, so that no route sends the request away again.
        let stamps = request.set(&config);
        assert_eq!(stamps[..2], pairs([("x-tenantry-cluster", "us"), ("x-tenantry-tier", "standard")]));
        request.decide(&config, |decision| {
            assert_eq!(decision.cluster, Some("eu"), "the home stays the home");
            assert!(decision.pending.charge.is_some());
        });
        assert_eq!(get("/admin").tenant("tenant_b").verdict(&config), "refuse:route-forbidden");
    }
}

#[test]
fn a_workload_of_a_standby_cluster_takes_what_its_gateway_stamped() {
    let workload = |change: fn(&mut PluginConfig)| {
        gateway(|config| {
            config.role = Role::Workload;
            config.hosts.clear();
            config.workload = Some(Workload { gateways: vec![PEER.to_owned()], callers: Vec::new() });
            change(config);
        })
    };
    let stamped = |cluster: &str| {
        let request = get("/search").tenant("tenant_b").header("x-tenantry-tier", "standard").peer(PEER);
        request.header("x-tenantry-cluster", cluster)
    };
    let config = workload(|config| standby(config, &["us"]));
    assert_eq!(stamped("us").why(&config), "gateway-peer header:tenant_b known:eu/standard standby:eu");
    assert_eq!(stamped("us").verdict(&config), "allow");
    assert_eq!(stamped("eu").verdict(&config), "refuse:stamp-missing");
    assert_eq!(stamped("us").verdict(&workload(|_| {})), "refuse:tenant-elsewhere");
}

#[test]
fn a_forwarded_request_says_through_whom_it_came() {
    let config = three("us");
    let request = get("/search").tenant("tenant_b");
    let onward =
        |via: &str| pairs([("x-tenantry-cluster", "eu"), ("x-tenantry-tier", "standard"), ("x-tenantry-via", via)]);
    assert_eq!(request.set(&config), onward("us"));
    assert_eq!(request.clone().header("x-tenantry-via", "ap").set(&config), onward("ap,us"));
    assert_eq!(request.clone().header("x-tenantry-via", " ap , ap").set(&config), onward("ap,us"));
    // What is no cluster does not go on.
    assert_eq!(request.clone().header("x-tenantry-via", "mars,, \u{fc}").set(&config), onward("us"));
    request.header("x-tenantry-via", "ap").decide(&config, |decision| assert_eq!(decision.remove, ["x-tenantry-via"]));
}

#[test]
fn a_request_is_forwarded_to_no_cluster_that_has_forwarded_it() {
    let config = three("us");
    let request = get("/search").tenant("tenant_b");
    for via in ["eu", "us", "ap,eu", "ap, us", "eu,mars"] {
        let request = request.clone().header("x-tenantry-via", via);
        assert_eq!(request.verdict(&config), "refuse:forward-loop", "{via}");
        request.decide(&config, |decision| assert_eq!(decision.verdict.status(), Some(508)));
    }
    for request in [
        request.clone().header("x-tenantry-via", "ap").header("x-tenantry-via", "eu"),
        request.clone().header("X_Tenantry_Via", "eu"),
    ] {
        assert_eq!(request.verdict(&config), "refuse:forward-loop");
    }
    // At home it does not matter whence it came.
    assert_eq!(get("/search").tenant("tenant_a").header("x-tenantry-via", "us,eu").verdict(&config), "allow");
}

#[test]
fn a_standby_cluster_has_to_exist() {
    let mut config: PluginConfig = serde_json::from_str(crate::fixture::GATEWAY).expect("the fixture is JSON");
    config.tenants = Tenants::Inline(
        [(
            "tenant_a".to_owned(),
            Tenant {
                cluster: "us".to_owned(),
                standby: vec!["mars".to_owned()],
                tier: "gold".to_owned(),
                suspended: false,
            },
        )]
        .into(),
    );
    let error = Config::new(config, None).expect_err("there is no such cluster").to_string();
    assert!(error.contains("there is no cluster `mars`"), "{error}");
}

/// The gateway of `cluster`, where `ap` is a cluster too.
fn three(cluster: &str) -> Config {
    gateway(|config| {
        let endpoint = |name: &str| tenantry_engine::config::Cluster { endpoint: format!("{name}.example.com") };
        config.clusters.insert("ap".to_owned(), endpoint("ap"));
        cluster.clone_into(&mut config.cluster);
    })
}
