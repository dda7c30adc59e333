//! From the tenant header to the way, or to the refusal.

use super::{TENANTS, generated, variable};
use crate::plan::door::DoorPlan;
use std::collections::BTreeMap;
use tenantry_engine::config::{IdGrammar, MAX_ID_BYTES};

/// Ids that NGINX would take for its own words within a map, unless a backslash precedes them.
const KEYWORDS: [&str; 4] = ["default", "hostnames", "include", "volatile"];

/// The way of a suspended tenant. No cluster has such a name.
const SUSPENDED: &str = "-";

/// One line of the tenants' map.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The id in lower case, since NGINX ignores the case of a key.
    pub key: String,
    /// The ids of this key as they are spelled, each with its way.
    ids: Vec<(&'a str, &'a str)>,
}

/// The tenants' map, sorted by key.
pub fn tenants(plan: &DoorPlan) -> Vec<Entry<'_>> {
    let mut entries: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for tenant in &plan.tenants {
        let way = tenant.way.and_then(|way| plan.ways.get(way)).map_or(SUSPENDED, |way| way.name.as_str());
        entries.entry(tenant.id.to_ascii_lowercase()).or_default().push((&tenant.id, way));
    }
    entries.into_iter().map(|(key, ids)| Entry { key, ids }).collect()
}

/// The file of tenants.
pub fn file(plan: &DoorPlan, entries: &[Entry<'_>]) -> String {
    let mut text = generated(plan);
    text.push('\n');
    text.extend(entries.iter().map(line));
    text
}

fn line(Entry { key, ids }: &Entry<'_>) -> String {
    let escape = if KEYWORDS.contains(&key.as_str()) { "\\" } else { "" };
    let spelled: Vec<String> = ids.iter().map(|(id, way)| format!("{id}={way}")).collect();
    let quote = if ids.len() > 1 { "\"" } else { "" };
    format!("{escape}{key} {quote}{}{quote};\n", spelled.join(" "))
}

/// The maps of `nginx.conf`.
pub fn text(plan: &DoorPlan) -> String {
    let header = variable(&plan.header);
    let grammar = grammar(plan.ids);
    let exempt: String = plan.exempt.iter().map(|path| format!("        {} exempt;\n", exactly(path))).collect();
    format!(
        r#"    # Paths that need no tenant, each exactly.
    map $uri $tenantry_exempt {{
        default "";
{exempt}    }}

    # The shape of the tenant header. Since 1.23, NGINX joins headers of one name with commas; before, only the first is
    # seen here. All of them go on to the cluster as they came, whose gateway refuses more than one.
    map {header} $tenantry_header {{
        default malformed;
        "" missing;
        "~," ambiguous;
        "{grammar}" id;
    }}

    # NGINX compares keys without regard to case, and ids differ by it. So a key holds each id as it is spelled, and the
    # second map takes the way of the one that is the header to the letter: a cluster or several joined by dots, or `{SUSPENDED}`
    # for a suspended tenant.
    map {header} $tenantry_entry {{
        default "";
        include {TENANTS};
    }}
    map "{header} $tenantry_entry" $tenantry_way {{
        default "";
        "~^([^ ]+) (?:.* )?\1=([^ ]+)" $2;
    }}

    map "$tenantry_exempt$tenantry_header/$tenantry_way" $tenantry_refusal {{
        default tenant-unknown;
        "~^exempt" "";
        "~^missing/" tenant-missing;
        "~^ambiguous/" tenant-ambiguous;
        "~^malformed/" tenant-malformed;
        "~^id/{SUSPENDED}$" tenant-suspended;
        "~^id/[a-z]" "";
    }}
    map $tenantry_refusal $tenantry_cache_control {{
        default no-store;
        "" "";
    }}
    map $tenantry_exempt $tenantry_upstream {{
        default way.$tenantry_way;
        exempt exempt;
    }}

    # WebSocket is the one protocol that a client may switch to.
    map $http_upgrade $tenantry_upgrade {{
        default "";
        websocket websocket;
    }}
    map $tenantry_upgrade $tenantry_connection {{
        default upgrade;
        "" "";
    }}"#
    )
}

/// The grammar of ids as a regular expression of a map.
fn grammar(ids: IdGrammar) -> String {
    match ids {
        IdGrammar::OrgColon => {
            format!("~^(?!__)(?=.{{1,{MAX_ID_BYTES}}}$)[A-Za-z0-9_]+(:[A-Za-z0-9_]+)?$")
        }
        IdGrammar::Slug => "~^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$".to_owned(),
        IdGrammar::Uuid => "~^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".to_owned(),
    }
}

/// A path as a regular expression of a map, which unlike a plain key heeds the case.
fn exactly(path: &str) -> String {
    let mut pattern = String::new();
    for char in path.chars() {
        if !char.is_ascii_alphanumeric() && !matches!(char, '/' | '-' | '_') {
            pattern.push('\\');
            // Within quotes, NGINX takes the backslash before a quote for its own.
            if matches!(char, '"' | '\'') {
                pattern.push('\\');
                pattern.push('\\');
            }
        }
        pattern.push(char);
    }
    // `$` would match before a line break at the end, too.
    format!("\"~^{pattern}\\z\"")
}

#[cfg(test)]
mod tests {
    use super::{Entry, exactly, line};

    #[test]
    fn spellings_share_a_key_and_keywords_are_escaped() {
        let entry = |key: &str, ids| line(&Entry { key: key.to_owned(), ids });
        assert_eq!(entry("tenant_a", vec![("tenant_a", "us")]), "tenant_a tenant_a=us;\n");
        assert_eq!(entry("a", vec![("A", "eu.us"), ("a", "-")]), "a \"A=eu.us a=-\";\n");
        assert_eq!(entry("default", vec![("Default", "us")]), "\\default Default=us;\n");
    }

    #[test]
    fn a_path_stands_for_itself() {
        assert_eq!(exactly("/health/live"), "\"~^/health/live\\z\"");
        assert_eq!(exactly("/a.b$c"), "\"~^/a\\.b\\$c\\z\"");
        // Once for the regular expression, and twice for the quoted word around it.
        assert_eq!(exactly("/a\"b"), "\"~^/a\\\\\\\"b\\z\"");
    }
}
