//! A gateway's steps, in their order.

use crate::fixture::{gateway, get};
use tenantry_engine::body::BodyKind;
use tenantry_engine::config::{Body, Elsewhere, OverLimit, Token};
use tenantry_engine::decision::Charge;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn an_ordinary_request_is_allowed_and_stamped() {
    let config = gateway(|_| {});
    let request = get("/search?q=cats").tenant("tenant_a");
    assert_eq!(request.verdict(&config), "allow");
    assert_eq!(request.why(&config), "header:tenant_a known:us/standard home route:0 release:stable@3766 charged");
    let stamps = [("x-tenantry-cluster", "us"), ("x-tenantry-tier", "standard"), ("x-tenantry-track", "stable")];
    assert_eq!(request.set(&config), stamps.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let charge = Charge { tenant: "tenant_a", millirate: 50_000, burst: 100 };
    request.decide(&config, |decision| {
        assert_eq!(decision.pending.charge, Some(charge));
        assert_eq!((decision.tenant, decision.tier), (Some("tenant_a"), Some("standard")));
        assert_eq!((decision.cluster, decision.service), (Some("us"), Some("runtime")));
    });
}

#[test]
fn only_the_stamps_that_the_policy_needs_are_set() {
    let config = gateway(|config| {
        config.stamps = Default::default();
        config.stamps.cluster = true;
        config.releases.clear();
    });
    let stamp = [("x-tenantry-cluster".to_owned(), "us".to_owned())];
    assert_eq!(get("/search").tenant("tenant_a").set(&config), stamp);
}

#[test]
fn client_sent_internal_headers_are_removed_however_they_are_spelled() {
    let config = gateway(|_| {});
    let request = get("/search")
        .tenant("tenant_a")
        .header("x-tenantry-cluster", "eu")
        .header("x_tenantry_tier", "gold")
        .header("x-tenantry-cluster", "us")
        .header("x-tenantry-", "")
        .header("x-tenantry", "kept");
    request.decide(&config, |decision| {
        assert_eq!(decision.remove, ["x-tenantry-cluster", "x_tenantry_tier", "x-tenantry-"]);
    });
    assert!(request.why(&config).starts_with("stripped:4 header:tenant_a "), "{}", request.why(&config));
    assert_eq!(
        get("/search").tenant("tenant_a").raw(b"x-tenantry-\xff", b"").verdict(&config),
        "refuse:tenant-malformed"
    );
}

#[test]
fn paths_out_of_normal_form_are_refused_before_anything_else() {
    let config = gateway(|_| {});
    for path in ["", "*", "search", "//search", "/search/../admin", "/search/%2e%2e/admin", "/a%2Fb", "/a%00", "/a\tb"]
    {
        assert_eq!(get(path).verdict(&config), "refuse:path-malformed", "{path}");
    }
    assert_eq!(get("/search").header(":path", "/health").verdict(&config), "refuse:path-malformed");
}

#[test]
fn only_served_hosts_are_served() {
    let config = gateway(|_| {});
    let verdict = |host: &str| get("/health").replace(":authority", host).verdict(&config);
    for host in ["API.cogniverse.com", "api.cogniverse.com:8443", "x.apps.cogniverse.com", "a.b.apps.cogniverse.com:1"]
    {
        assert_eq!(verdict(host), "allow", "{host}");
    }
    for host in [
        "",
        "cogniverse.com",
        "apps.cogniverse.com",
        ".apps.cogniverse.com.evil",
        "api.cogniverse.com.",
        "api.cogniverse.com:",
        "api.cogniverse.com:80x",
        "u@api.cogniverse.com",
        "xapi.cogniverse.com",
    ] {
        assert_eq!(verdict(host), "refuse:host-unknown", "{host}");
    }
    assert_eq!(get("/health").header(":authority", "api.cogniverse.com").verdict(&config), "refuse:host-unknown");
}

#[test]
fn a_lone_star_serves_every_host() {
    let config = gateway(|config| config.hosts = vec!["*".to_owned()]);
    for host in ["anything", "[::1]:8080", "10.0.0.1"] {
        assert_eq!(get("/health").replace(":authority", host).verdict(&config), "allow");
    }
}

#[test]
fn exempt_paths_are_exact_and_carry_no_tenant() {
    let config = gateway(|_| {});
    let request =
        get("/health?probe=1").tenant("tenant_a").header("x_tenant_id", "tenant_b").header("x-tenantry-tier", "gold");
    assert_eq!(request.verdict(&config), "allow");
    assert_eq!(request.why(&config), "stripped:1 exempt:0");
    assert_eq!(request.set(&config), []);
    request.decide(&config, |decision| {
        assert_eq!(decision.remove, ["x-tenantry-tier", "x-tenant-id", "x_tenant_id"]);
        assert_eq!((decision.tenant, decision.pending.charge), (None, None));
    });
    for path in ["/healthz", "/health/", "/health/ready", "/Health"] {
        assert_eq!(get(path).verdict(&config), "refuse:tenant-missing", "{path}");
    }
}

fn with_token(required: bool) -> tenantry_engine::Config {
    gateway(|config| config.token = Some(Token { claim: vec!["tenant_id".to_owned()], required }))
}

#[test]
fn a_verified_token_has_to_name_the_same_tenant() {
    let request = get("/search").tenant("tenant_a");
    for required in [true, false] {
        let config = with_token(required);
        assert_eq!(request.clone().claim("tenant_a").verdict(&config), "allow");
        assert!(request.clone().claim("tenant_a").why(&config).contains("header:tenant_a claim-agreed known:"));
        for other in ["tenant_b", "TENANT_A", "tenant_a ", ""] {
            assert_eq!(request.clone().claim(other).verdict(&config), "refuse:tenant-mismatch", "{other}");
        }
    }
    assert_eq!(request.verdict(&with_token(true)), "refuse:token-missing");
    assert!(request.why(&with_token(false)).contains("header:tenant_a claim-absent known:"));
}

#[test]
fn a_token_that_nobody_verified_is_not_taken_for_none() {
    let config = with_token(false);
    let ask = |path: &str, value: &str| {
        get(path).replace(":method", "OPTIONS").tenant("tenant_a").header("authorization", value)
    };
    for value in ["Bearer a.b.c", "bearer a.b.c", "Bearer ", "Basic x, Bearer a.b.c"] {
        assert_eq!(ask("/search", value).verdict(&config), "refuse:token-missing", "{value}");
        assert_eq!(ask("/search", value).claim("tenant_a").verdict(&config), "allow", "{value}");
    }
    assert_eq!(ask("/search", "Basic YTpi").verdict(&config), "allow");
    for query in ["access_token=a.b.c", "q=1&access_token=", "access%5Ftoken=a", "access_token"] {
        let path = format!("/search?{query}");
        assert_eq!(get(&path).tenant("tenant_a").verdict(&config), "refuse:token-missing", "{query}");
        assert_eq!(get(&path).tenant("tenant_a").claim("tenant_a").verdict(&config), "allow", "{query}");
    }
    for query in ["access_tokens=1", "q=access_token", "%access_token=1"] {
        assert_eq!(get(&format!("/search?{query}")).tenant("tenant_a").verdict(&config), "allow", "{query}");
    }
}

#[test]
fn without_a_token_nobody_learns_which_tenants_exist() {
    let config = with_token(true);
    for id in ["tenant_a", "tenant_b", "closed", "nobody"] {
        assert_eq!(get("/search").tenant(id).verdict(&config), "refuse:token-missing", "{id}");
        assert_eq!(get("/search").tenant(id).claim("other").verdict(&config), "refuse:tenant-mismatch", "{id}");
    }
}

#[test]
fn tenants_are_known_by_their_whole_id() {
    let config = gateway(|_| {});
    for id in ["nobody", "tenant_", "tenant_aa", "Tenant_a", "acme", "production"] {
        assert_eq!(get("/search").tenant(id).verdict(&config), "refuse:tenant-unknown", "{id}");
    }
    let closed = get("/search").tenant("closed");
    assert_eq!(closed.verdict(&config), "refuse:tenant-suspended");
    assert_eq!(closed.why(&config), "header:closed known:us/gold refused:tenant-suspended");
}

#[test]
fn tenants_of_another_cluster_go_there_as_the_policy_says() {
    let elsewhere = |elsewhere| gateway(|config| config.elsewhere = elsewhere);
    let request = get("/search").tenant("tenant_b");

    let forward = elsewhere(Elsewhere::Forward);
    assert_eq!(request.verdict(&forward), "forward:eu");
    assert_eq!(request.why(&forward), "header:tenant_b known:eu/standard elsewhere:eu");
    let stamps = [("x-tenantry-cluster", "eu"), ("x-tenantry-tier", "standard"), ("x-tenantry-via", "us")];
    assert_eq!(request.set(&forward), stamps.map(|(name, value)| (name.to_owned(), value.to_owned())));
    // The home cluster's gateway decides routes and charges the rate.
    assert_eq!(get("/nowhere").tenant("tenant_b").verdict(&forward), "forward:eu");
    request.decide(&forward, |decision| assert_eq!(decision.pending.charge, None));

    let redirect = elsewhere(Elsewhere::Redirect);
    assert_eq!(request.verdict(&redirect), "redirect:eu");
    assert_eq!(request.set(&redirect), []);
    request.decide(&redirect, |decision| assert_eq!(decision.verdict.status(), Some(308)));

    let refuse = elsewhere(Elsewhere::Refuse);
    assert_eq!(request.verdict(&refuse), "refuse:tenant-elsewhere");
    request.decide(&refuse, |decision| assert_eq!(decision.verdict.status(), Some(421)));
}

#[test]
fn routes_match_by_whole_segments_in_policy_order() {
    let config = gateway(|_| {});
    let verdict = |method: &str, path: &str, id: &str| get(path).replace(":method", method).tenant(id).verdict(&config);
    for path in ["/search", "/search/", "/search/x/y", "/search?x"] {
        assert_eq!(verdict("POST", path, "tenant_a"), "allow", "{path}");
    }
    for path in ["/", "/searchx", "/Search", "/x/search"] {
        assert_eq!(verdict("GET", path, "tenant_a"), "refuse:route-unknown", "{path}");
    }
    assert_eq!(verdict("HEAD", "/dashboard", "tenant_a"), "allow");
    assert_eq!(verdict("POST", "/dashboard", "tenant_a"), "refuse:route-unknown");
    assert_eq!(verdict("get", "/dashboard", "tenant_a"), "refuse:route-unknown");
}

#[test]
fn some_routes_are_for_some_tenants() {
    let config = gateway(|_| {});
    let allowed = get("/admin/users").tenant("acme:production");
    assert_eq!(allowed.verdict(&config), "allow");
    assert!(allowed.why(&config).contains("route:2 route-allowed:2"));
    let forbidden = get("/admin/users").tenant("tenant_a");
    assert_eq!(forbidden.verdict(&config), "refuse:route-forbidden");
    assert_eq!(forbidden.set(&config), []);
    forbidden.decide(&config, |decision| assert_eq!(decision.service, Some("runtime")));
}

#[test]
fn parameters_of_segments_hide_no_route() {
    let config = gateway(|config| {
        let mut all = config.routes[0].clone();
        all.path = "/".to_owned();
        config.routes.push(all);
    });
    let verdict = |path| get(path).tenant("tenant_a").verdict(&config);
    assert_eq!(verdict("/admin/users"), "refuse:route-forbidden");
    for path in ["/admin;x", "/admin;x/users", "/admin;", "/admin;a=b;c/users;d"] {
        assert_eq!(verdict(path), "refuse:path-malformed", "{path}");
    }
    for path in ["/search/cats;page=2", "/other;x/y", "/;x"] {
        assert_eq!(verdict(path), "allow", "{path}");
    }
}

#[test]
fn bodies_are_bound_whatever_they_claim_to_be() {
    let config = gateway(|config| {
        let pointers = vec!["/tenant_id".to_owned()];
        config.body = Some(Body { pointers, limit: 1024, over_limit: OverLimit::Refuse });
    });
    let post = |content_type: &str| get("/search").replace(":method", "POST").tenant("tenant_a").body(content_type);
    let pending = |content_type: &str| post(content_type).decide(&config, |decision| decision.pending.body);
    assert_eq!(pending("application/json"), Some(BodyKind::Json));
    assert_eq!(pending("application/problem+JSON ; charset=utf-8"), Some(BodyKind::Json));
    assert_eq!(pending("text/plain"), Some(BodyKind::Other));
    assert_eq!(pending(""), Some(BodyKind::Other));
    assert_eq!(pending("application/grpc+proto"), Some(BodyKind::Grpc));
    let twice = post("application/grpc").header("content-type", "application/json");
    twice.decide(&config, |decision| assert_eq!(decision.pending.body, Some(BodyKind::Json)));

    let encoded = |coding| post("application/json").header("content-encoding", coding).verdict(&config);
    assert_eq!(encoded("identity"), "allow");
    assert_eq!(encoded("gzip"), "refuse:body-encoded");
    assert_eq!(encoded("identity, gzip"), "refuse:body-encoded");
    // Servers that look for the word alone unpack and read these.
    for lenient in ["application/json, text/plain", "text/X-JSON", "application/grpc; as=json"] {
        assert_eq!(
            post(lenient).header("content-encoding", "gzip").verdict(&config),
            "refuse:body-encoded",
            "{lenient}"
        );
    }

    // A WebSocket's stream cannot wait for its own end; a request that only says so can.
    let upgrade = get("/search").tenant("tenant_a").body("").header("upgrade", "websocket");
    upgrade.decide(&config, |decision| assert_eq!(decision.pending.body, None));
    upgrade.header("content-length", "20").decide(&config, |decision| assert!(decision.pending.body.is_some()));

    get("/search").tenant("tenant_a").decide(&config, |decision| assert_eq!(decision.pending.body, None));
}
