//! The filter fails closed: whatever goes wrong in the host, no request passes undecided.

use crate::policy::{gateway, gateway_with, search, start};
use serde_json::json;
use tenantry_tests::host::{End, Fault, Outcome};

const INTERNAL_FAILURE: u32 = 10;

fn under(fault: Fault, tenant: &str) -> Outcome {
    let mut vm = start(&gateway());
    vm.fault(fault);
    vm.request(&search(tenant))
}

fn closed(outcome: &Outcome) -> bool {
    outcome.trap.is_none() && !outcome.completed && outcome.code().as_deref() == Some("policy-unavailable")
}

#[test]
fn headers_that_cannot_be_read_or_changed() {
    for call in ["proxy_get_header_map_pairs", "proxy_replace_header_map_value"] {
        assert!(closed(&under(Fault::Status(call, INTERNAL_FAILURE), "tenant_a")), "{call}");
    }
    let mut vm = start(&gateway());
    vm.fault(Fault::Status("proxy_remove_header_map_value", INTERNAL_FAILURE));
    assert!(closed(&vm.request(&search("tenant_a").header("x-tenantry-tier", "forged"))));
}

#[test]
fn header_blocks_that_do_not_add_up() {
    let blocks: [&'static [u8]; 6] = [
        b"\x01",
        b"\xff\xff\xff\xff",
        b"\x01\0\0\0\x04\0\0\0\x04\0\0\0name\0val",
        b"\x01\0\0\0\xff\xff\xff\x7f\x04\0\0\0name\0valu\0",
        b"\x02\0\0\0\x01\0\0\0\x01\0\0\0",
        b"\0\0\0\x80",
    ];
    for block in blocks {
        assert!(closed(&under(Fault::Data("proxy_get_header_map_pairs", block), "tenant_a")), "{block:?}");
    }
    // No headers at all is a request without a path.
    let empty = under(Fault::Data("proxy_get_header_map_pairs", b"\0\0\0\0"), "tenant_a");
    assert_eq!(empty.code().as_deref(), Some("path-malformed"));
}

#[test]
fn a_rate_that_cannot_be_kept() {
    for call in ["proxy_get_shared_data", "proxy_set_shared_data", "proxy_get_current_time_nanoseconds"] {
        assert_eq!(under(Fault::Status(call, INTERNAL_FAILURE), "slow").status(), 429, "{call}");
        assert!(under(Fault::Status(call, INTERNAL_FAILURE), "tenant_a").passed(), "{call}");
    }
    // Garbage in the bucket counts as a new one at best.
    let mut vm = start(&gateway());
    vm.fault(Fault::Data("proxy_get_shared_data", b"garbage, not eight bytes"));
    assert!((0..20).all(|_| vm.request(&search("slow")).trap.is_none()));
}

#[test]
fn a_claim_or_body_that_cannot_be_read() {
    let mut vm = start(&gateway_with(|config| config["token"] = json!({"claim": ["t"], "required": true})));
    vm.fault(Fault::Status("proxy_get_property", INTERNAL_FAILURE));
    let request = search("tenant_a").claims(json!({"t": "tenant_a"}));
    assert_eq!(vm.request(&request).code().as_deref(), Some("token-missing"));

    let body = json!({"pointers": ["/tenant_id"], "limit": 100, "overLimit": "refuse"});
    let mut vm = start(&gateway_with(|config| config["body"] = body));
    vm.fault(Fault::Status("proxy_get_buffer_bytes", INTERNAL_FAILURE));
    let request = search("tenant_a").header("content-type", "application/json").body(["{}"], End::WithLastChunk);
    assert!(closed(&vm.request(&request)));
}

/// Metrics and filter state are worth no request.
#[test]
fn what_is_not_enforcement_may_fail() {
    let mut vm = start(&gateway_with(|config| config["properties"] = json!(["decision", "why"])));
    for call in ["proxy_define_metric", "proxy_increment_metric", "proxy_set_property"] {
        vm.fault(Fault::Status(call, INTERNAL_FAILURE));
    }
    assert!(vm.request(&search("tenant_a")).passed());
    assert_eq!(vm.request(&search("nobody")).status(), 403);
}

/// An answer that the host does not take leaves the request stopped.
#[test]
fn an_answer_that_is_not_taken() {
    let outcome = under(Fault::Status("proxy_send_local_response", INTERNAL_FAILURE), "nobody");
    assert!(outcome.trap.is_none() && outcome.reply.is_none() && !outcome.completed && !outcome.passed());
}

/// A trap ends the VM: this request and every later one is answered 503 by the proxy.
#[test]
fn a_trap() {
    let mut vm = start(&gateway());
    vm.fault(Fault::Wild("proxy_get_header_map_pairs"));
    for _ in 0..3 {
        let outcome = vm.request(&search("tenant_a"));
        assert!(outcome.trap.is_some() && !outcome.completed);
        assert_eq!(outcome.status(), 503);
    }
    // So does one in the middle of a body.
    let body = json!({"pointers": ["/tenant_id"], "limit": 100, "overLimit": "refuse"});
    let mut vm = start(&gateway_with(|config| config["body"] = body));
    vm.fault(Fault::Wild("proxy_get_buffer_bytes"));
    let outcome =
        vm.request(&search("tenant_a").header("content-type", "application/json").body(["{", "}"], End::Alone));
    assert!(outcome.trap.is_some() && !outcome.completed && outcome.forwarded.is_empty());
}
