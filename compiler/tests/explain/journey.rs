//! `tenantry explain --via`: the whole way of a request.

use crate::run;
use std::path::Path;
use tenantry::explain::door::Via;
use tenantry::explain::{Asked, Situation, Traveller};
use tenantry::resolve::load;

const POLICY: &str = "two-regions.yaml";
const SEARCH: &str = "https://api.example.com/search";

fn said(options: &[&str]) -> String {
    let (code, out, err) = run(POLICY, options);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    out
}

#[test]
fn a_request_that_a_service_answers() {
    let headers = ["-H", "X-Tenant-ID: beta", "-H", "x_tenant_id: alpha", "-H", "X-Tenantry-Track: canary"];
    insta::assert_snapshot!(said(&[&["--via", "nginx", "GET", SEARCH][..], &headers].concat()));
}

#[test]
fn a_request_that_the_front_door_refuses() {
    insta::assert_snapshot!(said(&["--via", "haproxy", "GET", SEARCH, "-H", "X-Tenant-ID: gone"]));
}

#[test]
fn a_request_that_only_the_gateway_can_refuse() {
    let twice = ["-H", "X-Tenant-ID: alpha", "-H", "X-Tenant-ID: beta"];
    insta::assert_snapshot!(said(&[&["--via", "nginx-1.22", "GET", SEARCH][..], &twice].concat()));
}

#[test]
fn a_request_while_its_home_is_down() {
    insta::assert_snapshot!(said(&["--via", "haproxy", "--down", "eu", "GET", SEARCH, "-H", "X-Tenant-ID: beta"]));
}

#[test]
fn a_request_for_a_pinned_tenant_while_its_home_is_down() {
    insta::assert_snapshot!(said(&["--via", "nginx", "--down", "us", "GET", SEARCH, "-H", "X-Tenant-ID: alpha"]));
}

/// Between two steps of a move the front door still sends the tenant to the old home, which forwards.
#[test]
fn a_request_while_its_tenant_moves() {
    let moving = |step| said(&["--via", "nginx", "--step", step, "GET", SEARCH, "-H", "X-Tenant-ID: moving"]);
    insta::assert_snapshot!(moving("2"));
    let answers = |step| {
        let said = moving(step);
        said.lines().find_map(|line| line.strip_prefix("  answers  ")).map(str::to_owned)
    };
    let us = Some("a service in us".to_owned());
    let eu = Some("a service in eu".to_owned());
    assert_eq!(["0", "1", "2", "3"].map(answers), [us.clone(), us, eu.clone(), eu]);
}

#[test]
fn json_has_a_door_and_hops() {
    let out = said(&["--via", "haproxy", "--format", "json", "GET", SEARCH, "-H", "X-Tenant-ID: alpha"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let keys = |json: &serde_json::Value| json.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&json), "verdict status code answeredBy tenant cluster service release door hops");
    assert_eq!(keys(&json["door"]), "via verdict status code way cluster remove why");
    let hop = "gateway verdict status code tenant cluster route service release set remove why";
    assert_eq!(keys(&json["hops"][0]), hop);
    insta::assert_snapshot!(out);
}

#[test]
fn a_forward_is_followed_to_the_gateway_that_answers() {
    let loaded = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain").join(POLICY));
    let policy = loaded.policy.expect("a good policy");
    let asked = || {
        let mut asked = Asked::new("GET", "https://api.example.com//search").expect("a request");
        asked.header("X-Tenant-ID: alpha").expect("a header");
        asked
    };
    let way = |down: &[String]| {
        let situation = Situation { via: Via::Nginx, down: down.to_vec(), steps: 0 };
        let traveller = Traveller::new(&policy, &loaded.sources, &situation).expect("a front door");
        let hops = traveller.hops("eu", asked());
        hops.iter().map(|hop| format!("{} {}", hop.gateway, hop.explanation.verdict)).collect::<Vec<_>>()
    };
    assert_eq!(way(&[]), ["eu forward", "us allow"]);
    assert_eq!(way(&["us".to_owned()]), ["eu forward"]);
}

#[test]
fn only_front_doors_of_the_policy_are_explained() {
    let (code, _, err) = run(POLICY, &["--via", "aws-alb", "GET", SEARCH]);
    assert_eq!(code, 2);
    assert!(err.contains("the policy's front door is not `aws-alb` but nginx, haproxy, envoy"), "{err}");
    let (code, _, err) = run(POLICY, &["--via", "nginx", "--down", "su", "GET", SEARCH]);
    assert_eq!(code, 2);
    assert!(err.contains("no cluster `su`") && err.contains("`us`"), "{err}");
    let (code, _, err) = run(POLICY, &["--via", "nginx", "--step", "4", "GET", SEARCH]);
    assert_eq!(code, 2);
    assert!(err.contains("have 3 steps, so there is no step 4"), "{err}");
}
