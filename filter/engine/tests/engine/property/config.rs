//! The contract survives its journey.

use crate::fixture::{GATEWAY, gateway};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::Value;
use tenantry_engine::config::{
    Body, Elsewhere, IdGrammar, OverLimit, PluginConfig, Property, Release, Role, Route, Stamps, Tenant, Tenants, Tier,
    Token, Workload,
};

fn plugin_config() -> impl Strategy<Value = PluginConfig> {
    let name = "[a-z][a-z0-9-]{0,8}";
    let ids = prop::sample::select(vec![IdGrammar::OrgColon, IdGrammar::Slug, IdGrammar::Uuid]);
    let elsewhere = prop::sample::select(vec![Elsewhere::Forward, Elsewhere::Redirect, Elsewhere::Refuse]);
    let token = option::of((vec(name, 1..3), any::<bool>()).prop_map(|(claim, required)| Token { claim, required }));
    let over_limit = prop::sample::select(vec![OverLimit::Refuse, OverLimit::Pass]);
    let body = option::of((vec("(/[a-z~01]{1,4}){1,3}", 1..3), any::<u32>(), over_limit))
        .prop_map(|body| body.map(|(pointers, limit, over_limit)| Body { pointers, limit, over_limit }));
    let tiers = btree_map(name, option::of((1..=1_000_000_000_000u64, any::<u32>())), 0..3).prop_map(|tiers| {
        let tier =
            |rate: Option<(u64, u32)>| Tier { millirate: rate.map(|r| r.0), burst: rate.map(|r| r.1), sampling: None };
        tiers.into_iter().map(|(name, rate)| (name, tier(rate))).collect()
    });
    let route = ("(/[a-z]{1,4}){1,3}", vec("[A-Z]{3,5}", 0..3), name, option::of(vec(name, 0..3)))
        .prop_map(|(path, methods, service, tenants)| Route { path, methods, service, tenants });
    let release = (name, 0..=10_000u32, any::<bool>(), option::of((name, ".{0,5}")))
        .prop_map(|(name, weight, sticky, header)| Release { name, weight, sticky, header });
    let tenant = (name, name, any::<bool>()).prop_map(|(cluster, tier, suspended)| Tenant { cluster, tier, suspended });
    let stamps = any::<[bool; 3]>().prop_map(|[cluster, tier, track]| Stamps { cluster, tier, track });
    let properties = vec(prop::sample::select(vec![Property::Decision, Property::Tier, Property::Why]), 0..3);
    let workload = option::of(vec("spiffe://[a-z/]{1,9}", 0..3))
        .prop_map(|gateways| gateways.map(|gateways| Workload { gateways, callers: vec![] }));
    (
        (".{0,9}", name, ids, vec(name, 0..3), elsewhere, token, body, tiers),
        (vec(route, 0..3), btree_map(name, vec(release, 0..3), 0..2), btree_map(name, tenant, 0..5)),
        (stamps, properties, any::<u32>(), workload),
    )
        .prop_map(
            |((policy, header, ids, hosts, elsewhere, token, body, tiers), (routes, releases, tenants), rest)| {
                let (stamps, properties, metric_tenants, workload) = rest;
                let role = if workload.is_some() { Role::Workload } else { Role::Gateway };
                let fixture: PluginConfig = serde_json::from_str(GATEWAY).unwrap();
                let tenants = Tenants::Inline(tenants);
                PluginConfig {
                    policy,
                    role,
                    header,
                    ids,
                    hosts,
                    token,
                    body,
                    elsewhere,
                    tiers,
                    routes,
                    releases,
                    tenants,
                    stamps,
                    properties,
                    metric_tenants,
                    workload,
                    ..fixture
                }
            },
        )
}

/// Every number as a double, as it comes out of a protobuf `Struct`.
fn as_doubles(value: &mut Value) {
    match value {
        Value::Number(number) => *value = number.as_f64().unwrap().into(),
        Value::Array(array) => array.iter_mut().for_each(as_doubles),
        Value::Object(object) => object.values_mut().for_each(as_doubles),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

proptest! {
    #[test]
    fn it_round_trips_even_through_doubles(config in plugin_config()) {
        let mut json = serde_json::to_value(&config).unwrap();
        prop_assert_eq!(&serde_json::from_value::<PluginConfig>(json.clone()).unwrap(), &config);
        as_doubles(&mut json);
        prop_assert_eq!(serde_json::from_str::<PluginConfig>(&json.to_string()).unwrap(), config);
    }

    #[test]
    fn no_configuration_makes_loading_fail_otherwise_than_with_an_error(config in plugin_config(), json: Vec<u8>) {
        let _ = tenantry_engine::Config::new(config, None).map(drop);
        let _ = tenantry_engine::Config::parse(&json, None).map(drop);
        prop_assert_eq!(gateway(|_| {}).tenants(), 4);
    }
}
