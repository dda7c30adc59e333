//! The decision, step by step.

use crate::fixture::{gateway, get};
use tenantry_engine::body::BodyKind;
use tenantry_engine::code::Code;
use tenantry_engine::config::{Body, OverLimit, Role, Token, Workload};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn an_ordinary_request_is_allowed_and_stamped() {
    let config = gateway(|_| {});
    let request = get("/search?q=cats").tenant("tenant_a");
    assert_eq!(request.verdict(&config), "allow");
    assert_eq!(request.why(&config), "header:tenant_a known:us/standard home route:0 release:stable@3766 charged");
}

#[test]
fn names_that_only_look_like_the_tenant_header_are_refused() {
    let config = gateway(|_| {});
    for name in ["x_tenant_id", "X_Tenant-Id", "x-tenant_id", "x.tenant.id", "X-Tenant-ID\u{0}"] {
        let alone = get("/search").header(name, "tenant_a");
        let beside = get("/search").tenant("tenant_a").header(name, "tenant_b");
        if name.ends_with('\0') {
            assert_eq!(alone.code(&config), Some(Code::TenantMissing), "{name:?}");
        } else {
            assert_eq!(alone.code(&config), Some(Code::TenantMalformed), "{name:?}");
            assert_eq!(beside.code(&config), Some(Code::TenantMalformed), "{name:?}");
        }
    }
}

#[test]
fn values_are_bytes_and_need_not_be_text() {
    let config = gateway(|_| {});
    assert_eq!(get("/search").raw(b"x-tenant-id", b"tenant_\xff").code(&config), Some(Code::TenantMalformed));
    assert_eq!(
        get("/search").raw(b"x-tenant-id", "tenant_\u{430}".as_bytes()).code(&config),
        Some(Code::TenantMalformed)
    );
}

#[test]
fn stamps_are_set_once_each() {
    let config = gateway(|_| {});
    let set = get("/search").tenant("tenant_a").set(&config);
    let expected = [("x-tenantry-cluster", "us"), ("x-tenantry-tier", "standard"), ("x-tenantry-track", "stable")];
    assert_eq!(set, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn a_token_has_to_name_the_same_tenant() {
    let config = gateway(|config| config.token = Some(Token { claim: vec!["tenant_id".to_owned()], required: true }));
    let request = get("/search").tenant("tenant_a");
    assert_eq!(request.clone().claim("tenant_a").verdict(&config), "allow");
    assert_eq!(request.clone().claim("tenant_b").verdict(&config), "refuse:tenant-mismatch");
    assert_eq!(request.verdict(&config), "refuse:token-missing");
}

#[test]
fn without_a_token_nobody_learns_which_tenants_exist() {
    let config = gateway(|config| config.token = Some(Token { claim: vec!["tenant_id".to_owned()], required: true }));
    for id in ["tenant_a", "closed", "nobody"] {
        assert_eq!(get("/search").tenant(id).verdict(&config), "refuse:token-missing", "{id}");
        assert_eq!(get("/search").tenant(id).claim("other").verdict(&config), "refuse:tenant-mismatch", "{id}");
    }
}

#[test]
fn bodies_are_bound_whatever_they_claim_to_be() {
    let config = gateway(|config| {
        let pointers = vec!["/tenant_id".to_owned()];
        config.body = Some(Body { pointers, limit: 1024, over_limit: OverLimit::Refuse });
    });
    let pending = |content_type: &str| {
        let request = get("/search").replace(":method", "POST").tenant("tenant_a").body(content_type);
        request.decide(&config, |decision| decision.pending.body)
    };
    assert_eq!(pending("application/json"), Some(BodyKind::Json));
    assert_eq!(pending("application/problem+JSON; charset=utf-8"), Some(BodyKind::Json));
    assert_eq!(pending("text/plain"), Some(BodyKind::Other));
    assert_eq!(pending(""), Some(BodyKind::Other));
    assert_eq!(pending("application/grpc+proto"), None);
}

const GATEWAY_PEER: &str = "spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway";

#[test]
fn a_workload_takes_nothing_from_strangers() {
    let config = gateway(|config| {
        config.role = Role::Workload;
        config.workload = Some(Workload { gateways: vec![GATEWAY_PEER.to_owned()], callers: vec![] });
    });
    let stamped =
        get("/search").tenant("tenant_a").header("x-tenantry-cluster", "us").header("x-tenantry-tier", "standard");
    assert_eq!(stamped.verdict(&config), "refuse:caller-forbidden");
    assert_eq!(stamped.clone().peer(GATEWAY_PEER).verdict(&config), "allow");
    assert_eq!(stamped.peer(GATEWAY_PEER).replace("x-tenantry-tier", "gold").verdict(&config), "refuse:stamp-missing");
}
