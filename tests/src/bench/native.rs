//! What we compare with: the same check by Envoy's own filters and by Lua.

use serde_json::{Value, json};

/// RBAC with one header match per tenant, then header_mutation setting one stamp.
#[must_use]
pub fn rbac_and_header_mutation(tenants: &[String]) -> Vec<Value> {
    let principals: Vec<Value> =
        tenants.iter().map(|id| json!({"header": {"name": "x-tenant-id", "string_match": {"exact": id}}})).collect();
    vec![
        json!({
            "name": "envoy.filters.http.rbac",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
                "rules": {"policies": {"tenants": {"permissions": [{"any": true}], "principals": principals}}},
            },
        }),
        json!({
            "name": "envoy.filters.http.header_mutation",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
                "mutations": {"request_mutations": [{"append": {
                    "header": {"key": "x-tenantry-tier", "value": "standard"},
                    "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
                }}]},
            },
        }),
    ]
}

/// Lua: one table of tenants, one look-up, one replaced header.
#[must_use]
pub fn lua(tenants: &[String]) -> Vec<Value> {
    // The ids come as one long string: LuaJIT allows 65,536 constants in a function.
    let script = format!(
        "local tenants = {{}}\nfor id in ([[{}]]):gmatch('%S+') do tenants[id] = true end\n\
         function envoy_on_request(handle)\n  local headers = handle:headers()\n  local id = headers:get('x-tenant-id')\n  \
         if id == nil or not tenants[id] then\n    handle:respond({{[':status'] = '403'}}, 'forbidden')\n    return\n  end\n  \
         headers:replace('x-tenantry-tier', 'standard')\nend\n",
        tenants.join(" ")
    );
    vec![json!({
        "name": "envoy.filters.http.lua",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
            "default_source_code": {"inline_string": script},
        },
    })]
}
