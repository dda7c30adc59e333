//! Strips the linked module down to what a proxy calls.
//!
//! The SDK exports every callback of the ABI, and a proxy crosses into the module for each exported callback of each
//! request whether or not it does anything. Unexported callbacks cost nothing, and what only they reach goes too.

use super::copies;
use crate::error::{Error, Result};
use walrus::{ModuleConfig, passes};

/// Callbacks that the filter has of its own, by the plugin's name and the ABI's; see the plugin's `answers.rs`.
const OWN: [(&str, &str); 3] = [
    ("tenantry_on_grpc_receive", "proxy_on_grpc_receive"),
    ("tenantry_on_grpc_close", "proxy_on_grpc_close"),
    ("tenantry_on_http_call_response", "proxy_on_http_call_response"),
];

/// Everything else that the filter handles; other exports are removed.
const KEPT: [&str; 15] = [
    // What a host needs to load and call the module.
    "memory",
    "_initialize",
    "proxy_abi_version_0_2_1",
    "malloc",
    // Life of a context. Without `delete`, contexts of past requests and configurations would pile up.
    "proxy_on_context_create",
    "proxy_on_configure",
    "proxy_on_delete",
    // A request. Without `trailers`, a body that trailers end would go unchecked.
    "proxy_on_request_headers",
    "proxy_on_request_body",
    "proxy_on_request_trailers",
    // Its answer, for spans. The request's end is its context's `delete`.
    "proxy_on_response_headers",
    "proxy_on_response_body",
    // Batches of spans.
    "proxy_on_tick",
    // Where `tenantry compile` puts a table; see the plugin's `table.rs`.
    "tenantry_table_len",
    "tenantry_table_read",
];

/// `module` without exports, code, imports and custom sections that no proxy uses. Same bytes in, same bytes out.
pub fn strip(module: &[u8]) -> Result<Vec<u8>> {
    let refuse = |error| Error::new(format!("the linked module cannot be stripped: {error}"));
    let mut config = ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false).generate_dwarf(false);
    let mut module = config.parse(module).map_err(refuse)?;
    for name in KEPT.into_iter().chain(OWN.map(|(own, _)| own)) {
        if !module.exports.iter().any(|export| export.name == name) {
            return Err(Error::new(format!("the linked module does not export `{name}`")));
        }
    }
    copies::replace(&mut module)?;
    let used = |name: &str| KEPT.contains(&name) || OWN.iter().any(|(own, _)| *own == name);
    let unused: Vec<_> = module.exports.iter().filter(|export| !used(&export.name)).map(|export| export.id()).collect();
    for export in unused {
        module.exports.delete(export);
    }
    for export in module.exports.iter_mut() {
        if let Some((_, name)) = OWN.iter().find(|(own, _)| *own == export.name) {
            export.name = (*name).to_owned();
        }
    }
    let customs: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for section in customs {
        module.customs.delete(section);
    }
    passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}
