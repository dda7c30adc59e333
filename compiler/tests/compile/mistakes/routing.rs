//! Mistakes about where requests go.

use super::{everywhere, http_routes, operator};
use crate::support::{applied, cogniverse, compiled, items, parse, production};
use serde_json::{Value, json};
use tenantry::policy::Policy;

#[test]
fn subset_that_no_destination_rule_defines() {
    everywhere(|_, _, objects| {
        let defined: Vec<(&Value, &Value)> = objects
            .of("DestinationRule")
            .into_iter()
            .flat_map(|it| items(&it["spec"]["subsets"]).iter().map(|subset| (&it["spec"]["host"], &subset["name"])))
            .collect();
        for destination in http_routes(objects).iter().flat_map(|it| items(&it["route"])).map(|it| &it["destination"]) {
            if !destination["subset"].is_null() {
                let wanted = (&destination["host"], &destination["subset"]);
                assert!(defined.contains(&wanted), "{wanted:?} of {defined:?}");
            }
        }
    });
}

#[test]
fn two_destination_rules_for_the_same_host() {
    everywhere(|_, _, objects| {
        let mut hosts: Vec<&Value> = objects.of("DestinationRule").into_iter().map(|it| &it["spec"]["host"]).collect();
        let all = hosts.len();
        hosts.sort_by_key(|host| host.to_string());
        hosts.dedup();
        assert_eq!(hosts.len(), all, "Istio would take subsets from one of them alone");
    });
}

#[test]
fn canary_that_traffic_from_outside_never_meets() {
    everywhere(|policy, _, objects| {
        for service in objects.of("VirtualService") {
            let gateways = items(&service["spec"]["gateways"]);
            assert_eq!(gateways.len(), 1, "without gateways it is bound to the mesh alone");
            let at_gateway = gateways[0] != "mesh";
            assert_eq!(at_gateway, service["metadata"]["name"] == policy.name.as_str());
        }
    });
    // The split that callers inside the mesh get is at the gateway as well.
    let objects = applied(&production(&[]), "east");
    for name in ["shop", "cart-in-mesh"] {
        let routes = items(&objects.get("VirtualService", name)["spec"]["http"]);
        assert!(routes.iter().any(|it| items(&it["route"]).len() == 2), "{name}");
        assert!(routes.iter().any(|it| it["route"][0]["destination"]["subset"] == "new"), "{name}");
    }
}

#[test]
fn no_default_route() {
    everywhere(|policy, _, objects| {
        let routes = items(&objects.get("VirtualService", &policy.name)["spec"]["http"]);
        let last = routes.last().expect("a route");
        assert!(last["match"].is_null(), "{last}");
        assert_eq!(last["directResponse"]["status"], 404, "said outright");
        for service in objects.of("VirtualService") {
            let routes = items(&service["spec"]["http"]);
            let open: Vec<bool> = routes.iter().map(|it| it["match"].is_null()).collect();
            assert_eq!(open.iter().filter(|open| **open).count(), 1, "what follows an open route is unreachable");
            assert_eq!(open.last(), Some(&true));
        }
    });
}

#[test]
fn destination_without_a_port() {
    everywhere(|_, _, objects| {
        for destination in http_routes(objects).iter().flat_map(|it| items(&it["route"])).map(|it| &it["destination"]) {
            assert!(destination["port"]["number"].is_u64(), "{destination}");
            assert!(destination["host"].as_str().is_some_and(|host| host.contains('.')), "a short name: {destination}");
        }
    });
}

#[test]
fn prefix_that_matches_half_a_segment() {
    everywhere(|_, _, objects| {
        for condition in http_routes(objects).iter().flat_map(|it| items(&it["match"])) {
            if let Some(prefix) = condition["uri"]["prefix"].as_str() {
                assert!(prefix.ends_with('/'), "`{prefix}` would match `{prefix}x`");
            }
        }
    });
}

#[test]
fn rewrite_left_out_or_half_done() {
    let objects = applied(&cogniverse(&[]), "us");
    let routes = items(&objects.get("VirtualService", "cogniverse")["spec"]["http"]);
    let dashboard = routes.iter().find(|it| it["match"][0]["uri"]["exact"] == "/dashboard").expect("a route");
    assert_eq!(dashboard["rewrite"]["uri"], "/");
    everywhere(|_, _, objects| {
        for route in http_routes(objects) {
            let Some(to) = route["rewrite"]["uri"].as_str().filter(|to| *to != "/") else { continue };
            for condition in items(&route["match"]) {
                let prefix = condition["uri"]["prefix"].as_str().is_some_and(|prefix| prefix != "/");
                assert_eq!(prefix, to.ends_with('/'), "the rewrite `{to}` of {condition} joins segments");
            }
        }
    });
}

#[test]
fn paths_that_proxy_and_filter_read_differently() {
    everywhere(|policy, cluster, _| {
        let mesh = &operator(policy, cluster)["spec"]["meshConfig"];
        assert_eq!(mesh["pathNormalization"]["normalization"], "DECODE_AND_MERGE_SLASHES");
        let istiod = &parse(&compiled(policy).artifacts, &format!("{cluster}/install/helm/istiod.yaml"))[0];
        assert_eq!(&istiod["meshConfig"], mesh, "Helm installs the same mesh");
    });
}

#[test]
fn grpc_forwarded_as_http_1() {
    let pool = |policy: &Policy| {
        applied(policy, "us").get("DestinationRule", "cogniverse-cluster-eu")["spec"]["trafficPolicy"]["connectionPool"]
            .clone()
    };
    assert_eq!(pool(&cogniverse(&[])), Value::Null);
    let grpc = cogniverse(&[("{port: 8501, callers", "{port: 8501, protocol: grpc, callers"), (", rewrite: /}", "}")]);
    assert_eq!(pool(&grpc), json!({"http": {"useClientProtocol": true}}));
}
