//! What the policy says of tenants is what the mesh enforces.

use crate::support::{Objects, applied, cogniverse, compiled, items, parse, production, strings};
use serde_json::{Value, json};
use tenantry::plan::door::Refusal;
use tenantry_engine::config::PluginConfig;
use tenantry_engine::load::Config;

fn wasm(extension: &Value) -> &Value {
    &extension["spec"]["wasm"]
}

#[test]
fn the_filter_runs_at_the_gateway_and_before_services_that_it_calls_or_that_have_a_span_of_their_own() {
    let gateway = (json!("istio-system"), json!({"istio": "ingressgateway"}), json!("CLIENT"));
    let service = |name| (json!("default"), json!({"app": name}), json!("SERVER"));
    let called = [gateway, service("cogniverse-runtime"), service("cogniverse-dashboard")];
    // Model calls never pass the gateway; where the filter is the tracer, it has to see them itself.
    let with_spans = [service("vespa"), service("ollama")];
    assert_eq!(seats(&[("mode: per-tenant", "mode: enrich")]), called);
    assert_eq!(seats(&[]), called.into_iter().chain(with_spans).collect::<Vec<_>>());
}

/// Namespace, pod labels and direction of each filter of the changed policy.
fn seats(changes: &[(&str, &str)]) -> Vec<(Value, Value, Value)> {
    let objects = applied(&cogniverse(changes), "us");
    let seat = |it: &Value| {
        let spec = &it["spec"];
        let labels = &spec["selector"]["matchLabels"];
        (it["metadata"]["namespace"].clone(), labels.clone(), spec["match"][0]["mode"].clone())
    };
    objects.of("TrafficExtension").into_iter().map(seat).collect()
}

#[test]
fn every_field_whose_default_would_fail_open_or_vary_is_written() {
    let extensions = applied(&cogniverse(&[]), "us");
    for extension in extensions.of("TrafficExtension") {
        let wasm = wasm(extension);
        assert_eq!(extension["spec"]["phase"], "AUTHZ");
        assert_eq!(extension["spec"]["priority"], 1000);
        assert_eq!(wasm["failStrategy"], "FAIL_RELOAD");
        assert_eq!(wasm["imagePullPolicy"], "IfNotPresent");
        assert_eq!(wasm["type"], "HTTP");
        let digest = wasm["sha256"].as_str().expect("a digest");
        assert_eq!(wasm["url"], format!("oci://registry.example.com/tenantry/filter@sha256:{digest}"));
    }
}

#[test]
fn the_digest_is_the_one_that_istio_compares() {
    let compiled = compiled(&production(&[]));
    let digest = compiled.module.sha256.clone();
    assert!(compiled.artifacts.get(&format!("filter/oci/blobs/sha256/{digest}")).is_some(), "the image's manifest");
    let objects = applied(&production(&[]), "east");
    assert!(objects.of("TrafficExtension").iter().all(|it| wasm(it)["sha256"] == digest.as_str()));
    assert!(objects.of("TrafficExtension").iter().all(|it| wasm(it)["imagePullSecret"] == "registry"));

    let https = production(&[(
        "oci://registry.example.com:5000/shop/filter:2.0\", pullSecret: registry",
        "https://files.example.com/f.wasm\"",
    )]);
    let compiled = crate::support::compiled(&https);
    let text = compiled.artifacts.get("filter/tenantry_filter.wasm.sha256").expect("a checksum");
    assert!(String::from_utf8_lossy(text).starts_with(&compiled.module.sha256), "the digest of the module itself");
}

#[test]
fn the_engine_loads_every_configuration() {
    for (policy, clusters) in [(cogniverse(&[]), ["us", "eu"]), (production(&[]), ["east", "west"])] {
        let compiled = compiled(&policy);
        for cluster in clusters {
            for extension in parse(&compiled.artifacts, &format!("{cluster}/traffic-extension.yaml")) {
                let name = extension["metadata"]["name"].clone();
                let config: PluginConfig =
                    serde_json::from_value(wasm(&extension)["pluginConfig"].clone()).expect("the contract");
                Config::new(config, None).unwrap_or_else(|error| panic!("{name} of {cluster}: {error}"));
            }
        }
    }
}

#[test]
fn a_client_cannot_choose_the_release_and_a_tenant_keeps_its_side() {
    let objects = applied(&cogniverse(&[]), "us");
    for route in items(&objects.get("VirtualService", "cogniverse")["spec"]["http"]) {
        let conditions: Vec<_> =
            items(&route["match"]).iter().flat_map(|it| it["headers"].as_object()).flatten().collect();
        for (name, _) in conditions {
            assert!(name.starts_with("x-tenantry-"), "a route depends on `{name}`, which a client can send");
        }
        assert_eq!(items(&route["route"]).len(), usize::from(route["directResponse"].is_null()), "no random split");
    }
}

#[test]
fn releases_without_stickiness_are_split_by_weight() {
    let objects = applied(&production(&[]), "east");
    let routes = items(&objects.get("VirtualService", "shop")["spec"]["http"]);
    let of = |name: &str| routes.iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("no route {name}"));
    let weights: Vec<_> = items(&of("route-1")["route"])
        .iter()
        .map(|it| (it["destination"]["subset"].clone(), it["weight"].clone()))
        .collect();
    assert_eq!(weights, [(json!("old"), json!(80)), (json!("new"), json!(20))]);
    let asked = of("route-1-new");
    assert_eq!(asked["match"][0]["headers"], json!({"x-tenantry-track": {"exact": "new"}}));
    assert_eq!(asked["route"][0]["destination"]["subset"], "new");
}

#[test]
fn another_clusters_tenants_are_forwarded_before_any_route_is_tried() {
    let objects = applied(&cogniverse(&[]), "us");
    let first = &objects.get("VirtualService", "cogniverse")["spec"]["http"][0];
    assert_eq!(first["match"], json!([{"headers": {"x-tenantry-cluster": {"exact": "eu"}}}]));
    assert_eq!(first["route"][0]["destination"], json!({"host": "eu-cluster.example.com", "port": {"number": 15443}}));
    let entry = objects.get("ServiceEntry", "cogniverse-cluster-eu");
    assert_eq!(entry["spec"]["hosts"], json!(["eu-cluster.example.com"]));
    // The route's namespace sees the entry, and so does the gateway.
    assert_eq!(entry["spec"]["exportTo"], json!([".", "istio-system"]));
    assert_eq!(entry["metadata"]["namespace"], objects.get("VirtualService", "cogniverse")["metadata"]["namespace"]);
}

#[test]
fn a_redirect_leads_to_a_host_that_the_other_cluster_serves() {
    let policy = production(&[]);
    for (cluster, own, other) in [("east", "east.shop.example.com", "west"), ("west", "west.shop.example.com", "east")]
    {
        let objects = applied(&policy, cluster);
        let config = &wasm(objects.get("TrafficExtension", "shop-tenancy"))["pluginConfig"];
        // `*.shop.example.com` covers it.
        assert_eq!(config["hosts"], json!(["shop.example.com", "*.shop.example.com"]), "{own}");
        assert!(objects.of("ServiceEntry").is_empty(), "nothing is forwarded to {other}");
    }
    let narrow = production(&[("hosts: [shop.example.com, \"*.shop.example.com\"]", "hosts: [shop.example.com]")]);
    let objects = applied(&narrow, "west");
    let served = json!(["shop.example.com", "west.shop.example.com"]);
    assert_eq!(wasm(objects.get("TrafficExtension", "shop-tenancy"))["pluginConfig"]["hosts"], served);
    assert_eq!(objects.get("VirtualService", "shop")["spec"]["hosts"], served);
    assert_eq!(objects.get("Gateway", "shop")["spec"]["servers"][0]["hosts"][1], "shop/west.shop.example.com");
}

#[test]
fn bodies_are_held_exactly_when_a_long_one_is_refused() {
    let held = applied(&cogniverse(&[]), "us");
    let filter = &held.of("EnvoyFilter")[0]["spec"];
    assert_eq!(filter["workloadSelector"]["labels"], json!({"istio": "ingressgateway"}));
    assert!(filter["priority"].as_i64() > Some(0), "or Istio may apply it too early");
    let patch = &filter["configPatches"][0];
    assert_eq!(patch["match"]["listener"]["filterChain"]["filter"]["subFilter"]["name"], "envoy.filters.http.router");
    assert_eq!(patch["patch"]["operation"], "INSERT_BEFORE");
    let limit =
        patch["patch"]["value"]["typed_config"]["extension_config"]["typed_config"]["max_request_bytes"].as_u64();
    assert!(limit > Some(1024 * 1024), "the filter answers first: {limit:?}");

    let passing = "body: {pointers: [/tenant_id], overLimit: pass}";
    let policy = cogniverse(&[("body: [/tenant_id, /context/tenant_id]", passing)]);
    let held = |objects: Objects| {
        let names = objects.of("EnvoyFilter").into_iter().map(|it| it["metadata"]["name"].to_string());
        names.filter(|name| name.ends_with("-hold-bodies\"")).count()
    };
    assert_eq!(held(applied(&cogniverse(&[]), "us")), 1);
    assert_eq!(held(applied(&policy, "us")), 0);
    assert!(applied(&production(&[]), "east").of("EnvoyFilter").is_empty());
}

#[test]
fn a_cluster_that_cannot_be_reached_is_named_as_a_front_door_would() {
    let third = ("  eu: {endpoint", "  ap: {endpoint: ap.example.com}\n  eu: {endpoint");
    for (policy, others) in [(cogniverse(&[]), &["eu"][..]), (cogniverse(&[third]), &["ap", "eu"])] {
        let objects = applied(&policy, "us");
        let value = &objects.get("EnvoyFilter", "cogniverse-unavailable")["spec"]["configPatches"][0]["patch"]["value"];
        let mapper = &value["typed_config"]["local_reply_config"]["mappers"][0];
        let body = &mapper["body_format_override"]["text_format_source"]["inline_string"];
        assert_eq!(body, &json!(Refusal::ClusterUnavailable.document()));
        // By the stamp: a service of this cluster that is down is another matter.
        let told = strings(&mapper["filter"]);
        let clusters: Vec<&str> =
            told.iter().map(String::as_str).filter(|it| ["us", "eu", "ap"].contains(it)).collect();
        assert_eq!(clusters, others);
    }
    let refusing = applied(&cogniverse(&[("elsewhere: forward", "elsewhere: refuse")]), "us");
    assert!(refusing.of("EnvoyFilter").iter().all(|it| it["metadata"]["name"] != "cogniverse-unavailable"));
}

#[test]
fn an_exempt_path_reaches_the_sidecar_as_the_route_rewrites_it() {
    let changes = [("exempt: [/healthz]", "exempt: [/healthz, /store/ping]")];
    let objects = applied(&production(&changes), "east");
    let config = &wasm(objects.get("TrafficExtension", "web-tenancy"))["pluginConfig"];
    assert_eq!(config["exempt"], json!(["/healthz", "/app/ping"]));
    let config = &wasm(objects.get("TrafficExtension", "shop-tenancy"))["pluginConfig"];
    assert_eq!(config["exempt"], json!(["/healthz", "/store/ping"]));
}
