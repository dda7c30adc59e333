//! The module itself: what it exports and imports.

use std::collections::BTreeSet;
use tenantry_tests::host::Module;

#[deny(unsafe_code)]
#[path = "../../filter/plugin/src/copy.rs"]
mod copy;

/// Each callback that is exported is a crossing into the module for each request.
#[test]
fn exports_what_it_handles() {
    let exports: BTreeSet<String> = Module::built().exports().into_iter().collect();
    let expected = [
        "_initialize",
        "malloc",
        "memory",
        "proxy_abi_version_0_2_1",
        "proxy_on_configure",
        "proxy_on_context_create",
        "proxy_on_delete",
        "proxy_on_grpc_close",
        "proxy_on_grpc_receive",
        "proxy_on_http_call_response",
        "proxy_on_request_body",
        "proxy_on_request_headers",
        "proxy_on_request_trailers",
        "proxy_on_response_body",
        "proxy_on_response_headers",
        "proxy_on_tick",
        "tenantry_table_len",
        "tenantry_table_read",
    ];
    assert_eq!(exports, expected.map(String::from).into());
}

/// No clock but the proxy's and no file: of WASI, which a proxy offers in part, randomness and the environment.
#[test]
fn imports_the_proxy_alone() {
    let imports = Module::built().imports();
    assert!(imports.iter().any(|name| name == "env.proxy_get_header_map_pairs"), "{imports:?}");
    let wasi: BTreeSet<&str> = imports.iter().filter_map(|name| name.strip_prefix("wasi_snapshot_preview1.")).collect();
    assert_eq!(wasi, BTreeSet::from(["environ_get", "environ_sizes_get", "random_get"]));
    assert_eq!(imports.iter().filter(|name| name.starts_with("env.proxy_")).count() + wasi.len(), imports.len());
}

/// Nothing of the machine that built it is in it.
#[test]
fn names_no_folder() {
    let bytes = Module::bytes();
    let workspace = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace's folder");
    let home = std::env::home_dir().expect("a home folder");
    let folders = [workspace, &home, &std::env::temp_dir()].map(|folder| format!("{}/", folder.display()));
    for folder in folders.iter().map(String::as_str).chain([".cargo/registry"]) {
        assert!(!bytes.windows(folder.len()).any(|window| window == folder.as_bytes()), "`{folder}` is in the module");
    }
}

/// What stands in for `memory.copy` does the same, for every length and however the places overlap.
#[test]
fn copies_as_memory_copy_does() {
    for len in 0..100 {
        for (from, to) in [(0, 200), (100, 101), (101, 100), (100, 107), (107, 100), (100, 164), (150, 100), (9, 9)] {
            let mut memory: Vec<u8> = (0..=255).chain(0..=255).collect();
            let mut expected = memory.clone();
            expected.copy_within(from..from + len, to);
            let start = memory.as_mut_ptr();
            // Both places lie within `memory`.
            unsafe { copy::tenantry_copy(start.add(to), start.add(from), len) };
            assert_eq!(memory, expected, "{len} bytes from {from} to {to}");
        }
    }
}
