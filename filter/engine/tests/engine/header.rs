//! The tenant header: exactly one, well-formed, canonical.

use crate::fixture::{gateway, get};
use tenantry_engine::config::{IdGrammar, Tenant, Tenants};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn it_has_to_be_there_once() {
    let config = gateway(|_| {});
    assert_eq!(get("/search").verdict(&config), "refuse:tenant-missing");
    assert_eq!(get("/search").tenant("tenant_a").verdict(&config), "allow");
    assert_eq!(get("/search").tenant("tenant_a").tenant("tenant_b").verdict(&config), "refuse:tenant-ambiguous");
    assert_eq!(get("/search").tenant("tenant_a").tenant("tenant_a").verdict(&config), "refuse:tenant-ambiguous");
    assert_eq!(get("/search").tenant("tenant_a,tenant_b").verdict(&config), "refuse:tenant-ambiguous");
    assert_eq!(get("/search").tenant("tenant_a, ").verdict(&config), "refuse:tenant-ambiguous");
    assert_eq!(get("/search").tenant(",").verdict(&config), "refuse:tenant-ambiguous");
}

#[test]
fn its_name_has_no_case() {
    let config = gateway(|_| {});
    assert_eq!(get("/search").header("X-Tenant-ID", "tenant_a").verdict(&config), "allow");
    let twice = get("/search").header("X-Tenant-ID", "tenant_a").tenant("tenant_b");
    assert_eq!(twice.verdict(&config), "refuse:tenant-ambiguous");
}

#[test]
fn names_that_only_look_like_it_are_refused() {
    let config = gateway(|_| {});
    for name in ["x_tenant_id", "X_Tenant-Id", "x-tenant_id", "x.tenant.id", "x-tenant~id"] {
        let alone = get("/search").header(name, "tenant_a");
        let beside = get("/search").tenant("tenant_a").header(name, "tenant_b");
        assert_eq!(alone.verdict(&config), "refuse:tenant-malformed", "{name}");
        assert_eq!(beside.verdict(&config), "refuse:tenant-malformed", "{name}");
    }
    for name in ["x-tenant-id-", "x-tenant-ids", "xtenantid", "x-tenant"] {
        assert_eq!(get("/search").header(name, "tenant_a").verdict(&config), "refuse:tenant-missing", "{name}");
    }
}

#[test]
fn its_value_is_bytes_and_need_not_be_text() {
    let config = gateway(|_| {});
    for value in [&b"tenant_\xff"[..], "tenant_\u{430}".as_bytes(), b"tenant_a\0", b"", b" ", b"tenant a", b"tenant-a"]
    {
        assert_eq!(get("/search").raw(b"x-tenant-id", value).verdict(&config), "refuse:tenant-malformed", "{value:?}");
    }
}

#[test]
fn what_goes_upstream_is_canonical() {
    let config = gateway(|_| {});
    let rewritten = |value: &[u8]| {
        let set = get("/search").raw(b"x-tenant-id", value).set(&config);
        set.into_iter().find_map(|(name, value)| (name == "x-tenant-id").then_some(value))
    };
    assert_eq!(rewritten(b"tenant_a"), None);
    assert_eq!(rewritten(b" tenant_a").as_deref(), Some("tenant_a"));
    assert_eq!(rewritten(b"\ttenant_a \t").as_deref(), Some("tenant_a"));
}

/// The verdict on `id` in a policy with `ids` that knows `id`, so that only the grammar can refuse it.
fn verdict(ids: IdGrammar, id: &str, known: &str) -> String {
    let config = gateway(|config| {
        config.ids = ids;
        config.routes.truncate(2);
        let tenant =
            Tenant { cluster: "us".to_owned(), standby: Vec::new(), tier: "gold".to_owned(), suspended: false };
        config.tenants = Tenants::Inline([(known.to_owned(), tenant)].into());
    });
    get("/search").tenant(id).verdict(&config)
}

#[test]
fn ids_have_a_grammar() {
    let uuid = "0192f3a4-5b6c-7d8e-9f00-112233445566";
    let (longest, label) = ("a".repeat(128), "a".repeat(63));
    for (ids, id) in [
        (IdGrammar::OrgColon, "a"),
        (IdGrammar::OrgColon, "Acme_1:prod"),
        (IdGrammar::OrgColon, "_a"),
        (IdGrammar::OrgColon, &longest),
        (IdGrammar::Slug, "a"),
        (IdGrammar::Slug, "a-1-b"),
        (IdGrammar::Slug, &label),
        (IdGrammar::Uuid, uuid),
    ] {
        assert_eq!(verdict(ids, id, id), "allow", "{id}");
    }
    for (ids, id) in [
        (IdGrammar::OrgColon, "__system"),
        (IdGrammar::OrgColon, "a:b:c"),
        (IdGrammar::OrgColon, ":a"),
        (IdGrammar::OrgColon, "a:"),
        (IdGrammar::OrgColon, "a-b"),
        (IdGrammar::OrgColon, &"a".repeat(129)),
        (IdGrammar::Slug, "-a"),
        (IdGrammar::Slug, "a-"),
        (IdGrammar::Slug, "A"),
        (IdGrammar::Slug, "a_b"),
        (IdGrammar::Slug, &"a".repeat(64)),
        (IdGrammar::Uuid, &uuid.to_uppercase()),
        (IdGrammar::Uuid, &uuid.replace('-', "")),
        (IdGrammar::Uuid, "0192f3a4-5b6c-7d8e-9f00-11223344556g"),
    ] {
        let known = match ids {
            IdGrammar::OrgColon | IdGrammar::Slug => "known",
            IdGrammar::Uuid => uuid,
        };
        assert_eq!(verdict(ids, id, known), "refuse:tenant-malformed", "{id}");
    }
}
