//! What a request's virtual host is found by: its tenant, or why it has none.
//!
//! A script tells, since routes cannot. They see names that look like the tenant header only if they know them, and from
//! 1.39 on they look at several copies of a header one by one.

use crate::plan::door::DoorPlan;
use serde_json::{Value, json};
use tenantry_engine::code::Code;
use tenantry_engine::config::{IdGrammar, MAX_ID_BYTES};

/// The header that holds it. Clients cannot set it, and it never leaves the proxy.
pub const HEADER: &str = "x-tenantry-door";

/// Why a request has no tenant. The others find their tenant, or none.
pub const REFUSED: [Code; 3] = [Code::TenantMissing, Code::TenantAmbiguous, Code::TenantMalformed];

/// The key of requests that are refused so; no tenant's.
pub fn refused(code: Code) -> String {
    format!("!{}", code.as_str())
}

/// The key of a tenant: the id with a dot, which no id holds, before each capital letter. Envoy finds virtual hosts in
/// lower case, and no two ids have the same key, not even in lower case.
pub fn of(id: &str) -> String {
    let mut key = String::with_capacity(id.len());
    for letter in id.chars() {
        if letter.is_ascii_uppercase() {
            key.push('.');
        }
        key.push(letter);
    }
    key
}

/// The filter that writes a request's key and has its route looked up again. Until then it has none.
pub fn filter(plan: &DoorPlan) -> Value {
    json!({
        "name": "envoy.filters.http.lua",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
            "default_source_code": { "inline_string": script(plan) },
        },
    })
}

fn script(plan: &DoorPlan) -> String {
    let [missing, ambiguous, malformed] = REFUSED.map(refused);
    format!(
        r#"-- Names come in lower case.
local NAME = "{}"

local function well_formed(id)
  return {}
end

local function key(headers)
  -- Headers cannot be changed until a loop over them has come to its end.
  local copies, alike = 0, 0
  for name in pairs(headers) do
    if name == NAME then
      copies = copies + 1
    elseif #name == #NAME and name:gsub("%W", "-") == NAME then
      alike = alike + 1
    end
  end
  if alike > 0 then
    return "{malformed}"
  end
  if copies == 0 then
    return "{missing}"
  end
  local id = headers:get(NAME)
  if copies > 1 or id:find(",", 1, true) then
    return "{ambiguous}"
  end
  if not well_formed(id) then
    return "{malformed}"
  end
  return (id:gsub("%u", ".%0"))
end

function envoy_on_request(handle)
  local headers = handle:headers()
  headers:replace("{HEADER}", key(headers))
  handle:clearRouteCache()
end
"#,
        plan.header,
        well_formed(plan.ids)
    )
}

/// The grammar of ids as an expression of Lua.
fn well_formed(ids: IdGrammar) -> String {
    match ids {
        IdGrammar::OrgColon => format!(
            r#"#id <= {MAX_ID_BYTES} and id:sub(1, 2) ~= "__" and (id:find("^[%w_]+$") or id:find("^[%w_]+:[%w_]+$"))"#
        ),
        IdGrammar::Slug => {
            r#"#id <= 63 and id:find("^[a-z0-9-]+$") and not id:find("^-") and not id:find("-$")"#.into()
        }
        IdGrammar::Uuid => {
            let groups = [8, 4, 4, 4, 12].map(|digits| "[0-9a-f]".repeat(digits));
            format!(r#"id:find("^{}$")"#, groups.join("%-"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn ids_that_differ_in_case_alone_have_keys_that_do_not() {
        let keys = ["acme", "Acme", "ACME", "aCME"].map(|id| of(id).to_ascii_lowercase());
        assert_eq!(keys, ["acme", ".acme", ".a.c.m.e", "a.c.m.e"]);
    }
}
