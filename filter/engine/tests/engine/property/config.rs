//! The contract survives its journey.

use crate::fixture::{GATEWAY, gateway};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::Value;
use tenantry_engine::config::{
    Batch, Body, Buffer, Collector, Elsewhere, Export, IdGrammar, Keep, Otlp, OverLimit, PluginConfig, Property,
    Record, Release, Role, Route, SpanKind, Stamps, Tenant, Tenants, Tier, Token, Trace, Workload,
};

fn trace() -> impl Strategy<Value = Trace> {
    let name = "[a-z][a-z0-9-]{0,8}";
    let kinds = vec![SpanKind::Chain, SpanKind::Llm, SpanKind::Embedding, SpanKind::Retriever, SpanKind::Reranker];
    let protocol = prop::sample::select(vec![Otlp::Grpc, Otlp::Http]);
    let to = (protocol, ".{0,9}", ".{0,9}", option::of(".{0,9}"), any::<u32>()).prop_map(
        |(protocol, cluster, authority, api_key_env, timeout_ms)| Collector {
            protocol,
            cluster,
            authority,
            api_key_env,
            timeout_ms,
        },
    );
    let record = (any::<bool>(), vec(name, 0..3), vec(name, 0..3), option::of(any::<u32>()), vec(".{0,9}", 0..3))
        .prop_map(|(query, request_headers, response_headers, bodies, redact)| Record {
            query,
            request_headers,
            response_headers,
            bodies,
            redact,
        });
    let export = (to, "[a-z{}-]{0,20}", ".{0,9}", any::<[bool; 4]>(), record, any::<[u32; 6]>()).prop_map(
        |(to, project, unassigned, [refused, errors, trust_client_trace, carry_tenant], record, numbers)| {
            let [sampling, spans, bytes, every_ms, buffer_spans, buffer_bytes] = numbers;
            let keep = Keep { refused, errors };
            let batch = Batch { spans, bytes, every_ms };
            let buffer = Buffer { spans: buffer_spans, bytes: buffer_bytes };
            Export { to, project, unassigned, sampling, keep, trust_client_trace, carry_tenant, record, batch, buffer }
        },
    );
    (name, prop::sample::select(kinds), option::of(name), option::of(name), option::of(export))
        .prop_map(|(service, kind, session, user, export)| Trace { service, kind, session, user, export })
}

fn plugin_config() -> impl Strategy<Value = PluginConfig> {
    let name = "[a-z][a-z0-9-]{0,8}";
    let ids = prop::sample::select(vec![IdGrammar::OrgColon, IdGrammar::Slug, IdGrammar::Uuid]);
    let elsewhere = prop::sample::select(vec![Elsewhere::Forward, Elsewhere::Redirect, Elsewhere::Refuse]);
    let token = option::of((vec(name, 1..3), any::<bool>()).prop_map(|(claim, required)| Token { claim, required }));
    let over_limit = prop::sample::select(vec![OverLimit::Refuse, OverLimit::Pass]);
    let body = option::of((vec("(/[a-z~01]{1,4}){1,3}", 1..3), any::<u32>(), over_limit))
        .prop_map(|body| body.map(|(pointers, limit, over_limit)| Body { pointers, limit, over_limit }));
    let tiers = btree_map(name, (option::of((1..=1_000_000_000_000u64, any::<u32>())), option::of(any::<u32>())), 0..3)
        .prop_map(|tiers| {
            let tier = |(rate, sampling): (Option<(u64, u32)>, _)| Tier {
                millirate: rate.map(|r| r.0),
                burst: rate.map(|r| r.1),
                sampling,
            };
            tiers.into_iter().map(|(name, rate)| (name, tier(rate))).collect()
        });
    let route = ("(/[a-z]{1,4}){1,3}", vec("[A-Z]{3,5}", 0..3), name, option::of(vec(name, 0..3)))
        .prop_map(|(path, methods, service, tenants)| Route { path, methods, service, tenants });
    let release = (name, 0..=10_000u32, any::<bool>(), option::of((name, ".{0,5}")))
        .prop_map(|(name, weight, sticky, header)| Release { name, weight, sticky, header });
    let tenant = (name, prop::collection::vec(name, 0..3), name, any::<bool>())
        .prop_map(|(cluster, standby, tier, suspended)| Tenant { cluster, standby, tier, suspended });
    let stamps = any::<[bool; 3]>().prop_map(|[cluster, tier, track]| Stamps { cluster, tier, track });
    let properties = vec(prop::sample::select(vec![Property::Decision, Property::Tier, Property::Why]), 0..3);
    let workload = option::of(vec("spiffe://[a-z/]{1,9}", 0..3))
        .prop_map(|gateways| gateways.map(|gateways| Workload { gateways, callers: vec![] }));
    (
        (".{0,9}", name, ids, vec(name, 0..3), elsewhere, token, body, tiers),
        (vec(route, 0..3), btree_map(name, vec(release, 0..3), 0..2), btree_map(name, tenant, 0..5)),
        (stamps, properties, any::<u32>(), workload, option::of(trace())),
    )
        .prop_map(
            |((policy, header, ids, hosts, elsewhere, token, body, tiers), (routes, releases, tenants), rest)| {
                let (stamps, properties, metric_tenants, workload, trace) = rest;
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
                    trace,
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
