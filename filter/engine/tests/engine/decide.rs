//! The decision, step by step.

mod fixture;

#[cfg(target_arch = "wasm32")]
use fixture::test;
use fixture::{gateway, get};

#[test]
fn an_ordinary_request_is_allowed_and_stamped() {
    let config = gateway(|_| {});
    let request = get("/search?q=cats").tenant("tenant_a");
    assert_eq!(request.verdict(&config), "allow");
    assert_eq!(request.why(&config), "header:tenant_a known:us/standard home route:0 release:stable@3766 charged");
}
