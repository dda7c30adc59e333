//! What each front door makes of requests that the kinds read differently.

use std::path::Path;
use tenantry::explain::Asked;
use tenantry::explain::door::{Door, End, Passage, Via};
use tenantry::plan::door::plan;
use tenantry::resolve::load;

const HOST: &str = "https://api.example.com";

/// A front door of the policy of these tests.
fn door(via: Via, down: &[&str]) -> Door {
    let loaded = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain/two-regions.yaml"));
    let policy = loaded.policy.expect("a good policy");
    let down = down.iter().map(|&cluster| cluster.to_owned()).collect();
    Door::new(plan(&policy, false).expect("a front door"), via, down)
}

fn asked(url: &str, headers: &[&str]) -> Asked {
    let mut asked = Asked::new("GET", url).expect("a request");
    for header in headers {
        asked.header(header).expect("a header");
    }
    asked
}

/// In a word: the cluster, the refusal's code, or the status.
fn outcome(passage: &Passage<'_>) -> String {
    match passage.end {
        End::Send(cluster) => cluster.name.clone(),
        End::Refuse(refusal) => refusal.code().to_owned(),
        End::Redirect(status) | End::Own(status) => status.to_string(),
    }
}

/// What NGINX, older NGINX, HAProxy, the ALB and Envoy make of a request.
fn all(url: &str, headers: &[&str]) -> [String; 5] {
    Via::ALL.map(|via| outcome(&door(via, &[]).pass(&asked(url, headers))))
}

/// The same from all of them.
fn same(word: &str) -> [String; 5] {
    [(); 5].map(|()| word.to_owned())
}

#[test]
fn each_tenant_goes_home_and_nobody_goes_anywhere_by_default() {
    let search = format!("{HOST}/search");
    assert_eq!(all(&search, &["X-Tenant-ID: alpha"]), same("us"));
    assert_eq!(all(&search, &["x-tenant-id: beta"]), same("eu"));
    assert_eq!(all(&search, &["X-Tenant-ID: gone"]), same("tenant-suspended"));
    assert_eq!(all(&search, &["X-Tenant-ID: nobody"]), same("tenant-unknown"));
    assert_eq!(all(&search, &["X-Tenant-ID: Alpha"]), same("tenant-unknown"));
    assert_eq!(all(&search, &["X-Tenant-ID: alpha:x:y"]), same("tenant-malformed"));
    assert_eq!(all(&search, &["X-Tenant-ID: alpha,beta"]), same("tenant-ambiguous"));
    assert_eq!(all(&search, &[]), same("tenant-missing"));
    assert_eq!(all("https://other.example.com/search", &["X-Tenant-ID: alpha"]), same("host-unknown"));
    assert_eq!(all("https://A.shop.example.COM:8443/search", &["X-Tenant-ID: alpha"]), same("us"));
    assert_eq!(all("https://shop.example.com/search", &["X-Tenant-ID: alpha"]), same("host-unknown"));
}

#[test]
fn plain_http_is_sent_to_tls() {
    assert_eq!(all("http://api.example.com/search", &[]), ["308", "308", "308", "301", "308"]);
    let unknown = all("http://other.example.com/search", &[]);
    assert_eq!(unknown, ["host-unknown", "host-unknown", "host-unknown", "301", "host-unknown"]);
}

#[test]
fn copies_of_the_tenant_header_never_choose_a_cluster_that_serves() {
    let search = format!("{HOST}/search");
    let ambiguous = "tenant-ambiguous";
    // Where a cluster gets it, all copies go along, and its gateway refuses.
    let seen = all(&search, &["X-Tenant-ID: alpha", "X-Tenant-ID: beta"]);
    assert_eq!(seen, [ambiguous, "us", ambiguous, "eu", ambiguous]);
    let passed = door(Via::OlderNginx, &[]);
    let passed = passed.pass(&asked(&search, &["X-Tenant-ID: alpha", "X-Tenant-ID: beta"]));
    assert_eq!(passed.headers.len(), 2);
    let seen = all(&search, &["X-Tenant-ID: nobody", "X-Tenant-ID: beta"]);
    assert_eq!(seen, [ambiguous, "tenant-unknown", ambiguous, "eu", ambiguous]);
}

#[test]
fn look_alikes_and_internal_headers_do_not_go_on() {
    let headers =
        ["X-Tenant-ID: alpha", "x_tenant_id: beta", "X-Tenantry-Via: eu", "x_tenantry_tier: gold", "Accept: */*"];
    let request = asked(&format!("{HOST}/search"), &headers);
    let onward = |via| {
        let door = door(via, &[]);
        let passage = door.pass(&request);
        let kept: Vec<String> = passage.headers.iter().map(|(name, _)| name.clone()).collect();
        (outcome(&passage), kept.join(" "))
    };
    let us = |kept: &str| ("us".to_owned(), kept.to_owned());
    assert_eq!(onward(Via::Nginx), us("x-tenant-id accept"));
    assert_eq!(onward(Via::OlderNginx), us("x-tenant-id accept"));
    assert_eq!(onward(Via::Haproxy).0, "tenant-malformed");
    assert_eq!(onward(Via::AwsAlb), us("x-tenant-id x-tenantry-via accept"));
    assert_eq!(onward(Via::Envoy).0, "tenant-malformed");
    let malformed = "tenant-malformed";
    let dotted = asked(&format!("{HOST}/search"), &["X-Tenant-ID: alpha", "x.tenant.id: beta"]);
    assert_eq!(Via::ALL.map(|via| outcome(&door(via, &[]).pass(&dotted))), ["us", "us", malformed, "us", malformed]);
}

#[test]
fn exempt_paths_need_no_tenant_in_the_words_that_a_front_door_knows() {
    assert_eq!(all(&format!("{HOST}/health?deep=1"), &["X-Tenant-ID: a b"]), same("us"));
    for path in ["/Health", "/health/", "/health;x", "/healthy"] {
        assert_eq!(all(&format!("{HOST}{path}"), &[]), same("tenant-missing"), "{path}");
    }
    let missing = "tenant-missing";
    for path in ["//health", "/x/../health", "/%68ealth"] {
        let seen = all(&format!("{HOST}{path}"), &[]);
        assert_eq!(seen, ["us", "us", missing, missing, missing], "{path}");
    }
}

#[test]
fn a_tenant_goes_where_it_may_while_its_home_is_down() {
    let search = format!("{HOST}/search");
    for via in Via::ALL {
        let at = |down: &[&str], header: &str| outcome(&door(via, down).pass(&asked(&search, &[header])));
        assert_eq!(at(&["eu"], "X-Tenant-ID: beta"), "us");
        assert_eq!(at(&["us"], "X-Tenant-ID: beta"), "eu");
        assert_eq!(at(&["us"], "X-Tenant-ID: alpha"), "cluster-unavailable");
        assert_eq!(at(&["us", "eu"], "X-Tenant-ID: beta"), "cluster-unavailable");
        let health = |down: &[&str]| outcome(&door(via, down).pass(&asked(&format!("{HOST}/health"), &[])));
        assert_eq!(health(&["us"]), "eu");
        assert_eq!(health(&["us", "eu"]), "cluster-unavailable");
    }
}

#[test]
fn what_is_no_request_gets_the_load_balancers_own_answer() {
    let nginx = |method: &str, url: &str| {
        let asked = Asked::new(method, url).expect("a request");
        outcome(&door(Via::Nginx, &[]).pass(&asked))
    };
    assert_eq!(nginx("TRACE", &format!("{HOST}/search")), "405");
    assert_eq!(nginx("Get", &format!("{HOST}/search")), "400");
    assert_eq!(nginx("GET", &format!("{HOST}/a%00")), "400");
    assert_eq!(nginx("GET", &format!("{HOST}/../a")), "400");
    assert_eq!(nginx("GET", "https://api..example.com/"), "400");
}
