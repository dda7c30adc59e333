//! Tenants whose home is another cluster.

use crate::policy::{gateway, gateway_with, get, search, start};

#[test]
fn forward() {
    let outcome = start(&gateway()).request(&search("tenant_b"));
    assert!(outcome.passed());
    assert_eq!(outcome.headers.one("x-tenantry-cluster"), Some("eu"));
    assert_eq!(outcome.headers.one("x-tenantry-track"), None);
    assert_eq!(outcome.headers.one("x-tenantry-via"), Some("us"));
}

#[test]
fn forward_of_what_has_been_there_is_refused() {
    for via in ["eu", "us", "us,eu"] {
        let outcome = start(&gateway()).request(&search("tenant_b").header("x-tenantry-via", via));
        assert_eq!((outcome.status(), outcome.code().as_deref()), (508, Some("forward-loop")), "{via}");
    }
    // What the stamp says does not go further than the gateways.
    let outcome = start(&gateway()).request(&search("tenant_a").header("x-tenantry-via", "eu"));
    assert!(outcome.passed());
    assert_eq!(outcome.headers.one("x-tenantry-via"), None);
}

#[test]
fn standby() {
    for elsewhere in ["forward", "redirect", "refuse"] {
        let config = gateway_with(|config| {
            config["elsewhere"] = elsewhere.into();
            config["tenants"]["inline"]["tenant_b"]["standby"] = serde_json::json!(["us"]);
        });
        let outcome = start(&config).request(&search("tenant_b"));
        assert!(outcome.passed(), "{elsewhere}");
        assert_eq!(outcome.headers.one("x-tenantry-cluster"), Some("us"), "{elsewhere}");
    }
}

#[test]
fn redirect() {
    let config = gateway_with(|config| config["elsewhere"] = "redirect".into());
    let request = get("/search/a%20b?q=1&x=%0d%0a").header("x-tenant-id", "tenant_b");
    let outcome = start(&config).request(&request);
    let reply = outcome.reply.expect("an answer");
    assert_eq!((reply.status, &*reply.details), (308, "redirect"));
    assert_eq!(reply.headers.one("location"), Some("https://eu.example.com:8443/search/a%20b?q=1&x=%0d%0a"));
    // A shared cache must not send the next tenant there.
    assert_eq!(reply.headers.one("cache-control"), Some("no-store"));
    assert!(reply.body.is_empty());
}

#[test]
fn refuse() {
    let config = gateway_with(|config| config["elsewhere"] = "refuse".into());
    let outcome = start(&config).request(&search("tenant_b"));
    assert_eq!((outcome.status(), outcome.code().as_deref()), (421, Some("tenant-elsewhere")));
}
