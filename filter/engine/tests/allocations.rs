//! The hot path takes nothing from the heap.

#![cfg(not(target_arch = "wasm32"))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use tenantry_engine::request::{Claim, Request};
use tenantry_engine::{Config, decide};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const CONFIG: &str = r#"{
  "version": 1, "policy": "p", "role": "gateway", "cluster": "us", "header": "x-tenant-id", "ids": "slug", "hosts": ["*"],
  "elsewhere": "forward", "clusters": {"us": {"endpoint": "us.example.com"}, "eu": {"endpoint": "eu.example.com"}},
  "tiers": {"gold": {"millirate": 1000, "burst": 1}},
  "routes": [{"path": "/search", "service": "runtime"}],
  "releases": {"runtime": [
    {"name": "stable", "weight": 9000, "sticky": false}, {"name": "canary", "weight": 1000, "sticky": true}
  ]},
  "tenants": {"inline": {"here": {"cluster": "us", "tier": "gold"}, "there": {"cluster": "eu", "tier": "gold"}}},
  "token": {"claim": ["tenant"], "required": false},
  "body": {"pointers": ["/tenant"], "limit": 100, "overLimit": "refuse"},
  "stamps": {"cluster": true, "tier": true, "track": true}
}"#;

#[test]
fn deciding_allocates_only_to_list_headers_to_remove() {
    let config = Config::parse(CONFIG.as_bytes(), None).expect("the configuration is valid");
    let count = |tenant: &str, path: &str, more: (&[u8], &[u8])| {
        let headers: [(&[u8], &[u8]); 6] = [
            (b":method", b"POST"),
            (b":path", path.as_bytes()),
            (b":authority", b"api.example.com"),
            (b"content-type", b"application/json"),
            (b"x-tenant-id", tenant.as_bytes()),
            more,
        ];
        let request = Request { headers: &headers, has_body: true, claim: Claim::Absent, peer: None };
        let before = ALLOCATIONS.get();
        let verdict = decide(&config, &request).verdict;
        (ALLOCATIONS.get() - before, verdict.kind())
    };
    assert_eq!(count("here", "/search", (b"accept", b"*/*")), (0, "allow"));
    assert_eq!(count("there", "/search", (b"accept", b"*/*")), (0, "forward"));
    assert_eq!(count("nobody", "/search", (b"accept", b"*/*")), (0, "refuse"));
    assert_eq!(count("here", "/nowhere", (b"accept", b"*/*")), (0, "refuse"));
    assert_eq!(count("here", "/search", (b"x-tenantry-tier", b"gold")), (1, "allow"));
}
