//! The module itself: what it exports and imports.

use std::collections::BTreeSet;
use tenantry_tests::host::Module;

/// Each callback that is exported is a crossing into the module for each request.
#[test]
fn exports_what_it_handles() {
    let exports: BTreeSet<String> = Module::built().exports().into_iter().collect();
    let expected = [
        "_initialize",
        "memory",
        "proxy_abi_version_0_2_1",
        "proxy_on_configure",
        "proxy_on_context_create",
        "proxy_on_delete",
        "proxy_on_memory_allocate",
        "proxy_on_request_body",
        "proxy_on_request_headers",
        "proxy_on_request_trailers",
        "tenantry_table_len",
        "tenantry_table_read",
    ];
    assert_eq!(exports, expected.map(String::from).into());
}

/// No clock but the proxy's, no randomness, no network, no file.
#[test]
fn imports_what_it_needs() {
    let imports: BTreeSet<String> = Module::built().imports().into_iter().collect();
    let expected = [
        "proxy_define_metric",
        "proxy_get_buffer_bytes",
        "proxy_get_current_time_nanoseconds",
        "proxy_get_header_map_pairs",
        "proxy_get_property",
        "proxy_get_shared_data",
        "proxy_increment_metric",
        "proxy_log",
        "proxy_record_metric",
        "proxy_remove_header_map_value",
        "proxy_replace_header_map_value",
        "proxy_send_local_response",
        "proxy_set_property",
        "proxy_set_shared_data",
    ];
    assert_eq!(imports, expected.map(String::from).into());
}

/// Nothing of the machine that built it is in it.
#[test]
fn names_no_folder() {
    let bytes = Module::bytes();
    for folder in ["/root/", "/home/", "/tmp/", "/Users/", ".cargo/registry"] {
        assert!(!bytes.windows(folder.len()).any(|window| window == folder.as_bytes()), "`{folder}` is in the module");
    }
}
