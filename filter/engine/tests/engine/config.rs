//! Configurations that are refused, and why.

use crate::fixture::GATEWAY;
use serde_json::{Value, json};
use tenantry_engine::Config;
use tenantry_engine::config::PluginConfig;
use tenantry_engine::table::{self, Attributes, Blob};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn fixture() -> Value {
    serde_json::from_str(GATEWAY).expect("the fixture is JSON")
}

/// What is wrong with the fixture once the value at `pointer` is `value`.
fn error(pointer: &str, value: Value) -> String {
    let mut config = fixture();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match config.pointer_mut(parent).expect("the fixture has this") {
        Value::Object(object) => drop(object.insert(key.to_owned(), value)),
        Value::Array(array) => array.push(value),
        other => panic!("{pointer} leads into {other}"),
    }
    match Config::parse(config.to_string().as_bytes(), None) {
        Ok(_) => "no error".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_fixture_is_fine_and_round_trips() {
    let config: PluginConfig = serde_json::from_str(GATEWAY).expect("the fixture is JSON");
    let again = serde_json::to_vec(&config).expect("it is JSON again");
    assert_eq!(serde_json::from_slice::<PluginConfig>(&again).expect("the same JSON"), config);
    let config = Config::parse(&again, None).expect("it is valid");
    assert_eq!((config.policy(), config.cluster(), config.tenants()), ("cogniverse", "us", 4));
}

#[test]
fn numbers_may_be_spelled_as_doubles() {
    let spelled = GATEWAY
        .replace("\"version\": 1", "\"version\": 1.0")
        .replace("\"millirate\": 50000", "\"millirate\": 5e+04")
        .replace("\"weight\": 9500", "\"weight\": 9.5e3");
    assert_ne!(spelled, GATEWAY);
    let read = |json: &str| serde_json::from_str::<PluginConfig>(json).expect("the fixture is JSON");
    assert_eq!(read(&spelled), read(GATEWAY));
    for (field, bad) in [("1.5", "1.5"), ("-1", "-1"), ("1e300", "1e300"), ("\"1\"", "\"1\""), ("null", "null")] {
        let json = GATEWAY.replace("\"burst\": 100", &format!("\"burst\": {field}"));
        let error = Config::parse(json.as_bytes(), None).expect_err(bad).to_string();
        assert!(error.contains("expected a whole number that fits 32 bits"), "{error}");
    }
}

#[test]
fn unknown_versions_fields_and_values_are_errors() {
    assert_eq!(error("/version", json!(2)), "version: version 2 is not one that this filter reads; it reads 1");
    assert!(error("/tenantz", json!(1)).starts_with("unknown field `tenantz`"));
    assert!(error("/stamps/shard", json!(true)).starts_with("unknown field `shard`"));
    assert!(error("/elsewhere", json!("teleport")).starts_with("unknown variant `teleport`"));
    assert!(Config::parse(b"", None).is_err() && Config::parse(b"\xff", None).is_err());
}

#[test]
fn names_have_to_resolve() {
    assert_eq!(error("/cluster", json!("mars")), "cluster: there is no cluster `mars`");
    let tenant = |cluster: &str, tier: &str| json!({"cluster": cluster, "tier": tier});
    assert_eq!(error("/tenants/inline/x", tenant("mars", "gold")), "tenants.inline: there is no cluster `mars`");
    assert_eq!(error("/tenants/inline/x", tenant("us", "lead")), "tenants.inline: there is no tier `lead`");
    assert_eq!(error("/tenants/inline/a-b", tenant("us", "gold")), "tenants.inline: `a-b` is not a tenant id");
}

#[test]
fn the_header_is_one_that_nobody_else_uses() {
    assert_eq!(error("/header", json!("X-Tenant")), "header: `X-Tenant` is not a header name in lower case");
    assert_eq!(error("/header", json!("")), "header: `` is not a header name in lower case");
    assert_eq!(error("/header", json!("x_tenant_id")), "header: many servers drop header names with `_`; use `-`");
    for taken in ["host", "cookie", "x-tenantry-id", "x-forwarded-host", "x-envoy-original-path"] {
        assert_eq!(
            error("/header", json!(taken)),
            format!("header: header `{taken}` already has a meaning of its own")
        );
    }
}

#[test]
fn hosts_and_paths_are_in_normal_form() {
    for host in ["API.example.com", "api.example.com:443", "*example.com", "a.*.com", "*.", "", "a b"] {
        assert!(error("/hosts/-", json!(host)).starts_with("hosts[2]: "), "{host}");
    }
    assert_eq!(error("/hosts", json!([])), "hosts: a gateway serves at least one host; `*` serves all");
    assert_eq!(error("/hosts/-", json!("*.apps.cogniverse.com")), "hosts[2]: `*.apps.cogniverse.com` is listed twice");
    assert_eq!(error("/exempt/-", json!("/a/../b")), "exempt[2]: path `/a/../b` is not in normal form");
    let route = |path: &str| json!({"path": path, "service": "runtime"});
    assert_eq!(error("/routes/-", route("x")), "routes[3].path: path `x` is not in normal form");
    assert_eq!(error("/routes/-", route("/x/")), "routes[3].path: a route's path has no trailing slash");
    assert_eq!(error("/routes/-", route("/search")), "routes[3]: `/search` is listed twice with the same methods");
    let lower = json!({"path": "/x", "service": "runtime", "methods": ["get"]});
    assert_eq!(error("/routes/-", lower), "routes[3].methods: methods are upper-case letters");
    let stranger = json!({"path": "/x", "service": "runtime", "tenants": ["a-b"]});
    assert_eq!(error("/routes/-", stranger), "routes[3].tenants: `a-b` is not a tenant id");
}

#[test]
fn releases_add_up_and_have_their_stamp() {
    let release = |name: &str, weight: u32| json!({"name": name, "weight": weight, "sticky": true});
    let sum = error("/releases/x", json!([release("a", 9000), release("b", 999)]));
    assert_eq!(sum, "releases.x: the weights add up to 9999 instead of 10000");
    let twice = error("/releases/x", json!([release("a", 9000), release("a", 1000)]));
    assert_eq!(twice, "releases.x[1]: release `a` is listed twice");
    let stamp = error("/stamps/track", json!(false));
    assert_eq!(stamp, "stamps.track: `runtime` has sticky or header-chosen releases, which need this stamp");
    let stamp = error("/stamps/cluster", json!(false));
    assert_eq!(stamp, "stamps.cluster: `elsewhere: forward` with several clusters needs this stamp");
}

#[test]
fn tiers_tokens_and_bodies_are_whole() {
    assert_eq!(error("/tiers/x", json!({"burst": 1})), "tiers.x: `millirate` and `burst` go together");
    assert_eq!(
        error("/tiers/x", json!({"millirate": 0, "burst": 1})),
        "tiers.x: rate and burst are at least 1, and no rate is over 1e12"
    );
    assert!(error("/token", json!({"claim": [], "required": true})).starts_with("token.claim: "));
    let body = |pointers: Value| json!({"pointers": pointers, "limit": 1, "overLimit": "refuse"});
    for pointer in ["", "tenant_id", "/a~", "/a~2"] {
        let message = format!("body.pointers[0]: `{pointer}` is not a JSON pointer such as `/tenant_id`");
        assert_eq!(error("/body", body(json!([pointer]))), message);
    }
    assert_eq!(error("/body", body(json!([]))), "body.pointers: give 1 to 16 pointers");
}

#[test]
fn a_workload_says_who_may_come() {
    assert_eq!(error("/role", json!("workload")), "workload: role `workload` needs this section");
    assert_eq!(error("/workload", json!({"gateways": []})), "workload: only role `workload` takes this section");
    let mut config = fixture();
    config["role"] = json!("workload");
    config["workload"] = json!({"gateways": ["cluster.local/ns/x/sa/y"]});
    let error = Config::parse(config.to_string().as_bytes(), None).expect_err("not a SPIFFE id").to_string();
    assert_eq!(error, "workload.gateways[0]: a SPIFFE id starts with `spiffe://`");
}

const GOLD: Attributes<'static> = Attributes { cluster: "us", standby: &[], tier: "gold", suspended: false };

/// The fixture with its tenants as `tenants`, and `embedded` in the module.
fn with(tenants: Value, embedded: Option<Vec<u8>>) -> Result<Config, String> {
    let mut config = fixture();
    config["tenants"] = tenants;
    let embedded = embedded.map(|bytes| Box::new(bytes) as Box<dyn Blob>);
    Config::parse(config.to_string().as_bytes(), embedded).map_err(|error| error.to_string())
}

#[test]
fn a_packed_table_is_read_and_checked() {
    use base64::Engine;
    let packed = table::pack([("tenant_a", GOLD)]).expect("one tenant");
    let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let tenants = |text: String| json!({"table": {"classes": packed.classes, "base64": text}});
    assert_eq!(with(tenants(encode(&packed.bytes)), None).map(|config| config.tenants()), Ok(1));
    let short = with(tenants(encode(&packed.bytes[..40])), None).expect_err("cut short");
    assert_eq!(short, "tenants.table.base64: the tenant table is cut short or damaged: its lengths do not add up");
    let mut other = packed.bytes.clone();
    other[41] = 7;
    let class = with(tenants(encode(&other)), None).expect_err("there is only one class");
    assert_eq!(class, "tenants.table.base64: the tenant table is damaged in bucket 0");
    assert!(with(tenants("!".to_owned()), None).is_err());
}

#[test]
fn an_embedded_table_is_the_very_one_that_was_compiled() {
    let packed = table::pack([("tenant_a", GOLD)]).expect("one tenant");
    let other = table::pack([("tenant_b", GOLD)]).expect("one tenant");
    let digest = table::Table::open(Box::new(packed.bytes.clone())).expect("it was just built").digest();
    let bytes = packed.bytes.len();
    let tenants = json!({"module": {"classes": packed.classes, "bytes": bytes, "xxh3": format!("{digest:016x}")}});
    assert_eq!(with(tenants.clone(), Some(packed.bytes)).map(|config| config.tenants()), Ok(1));
    let missing = with(tenants.clone(), None).expect_err("no table");
    assert!(missing.starts_with("tenants.module: this configuration belongs to a module with its tenant table inside"));
    let another = with(tenants.clone(), Some(other.bytes)).expect_err("another table");
    assert!(another.starts_with("tenants.module.xxh3: the module holds another tenant table"), "{another}");
    let shorter = with(tenants, Some(vec![0; 9])).expect_err("another length");
    assert_eq!(shorter, format!("tenants.module.bytes: the module holds a tenant table of 9 bytes instead of {bytes}"));
}
