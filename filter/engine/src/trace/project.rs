//! Names of Phoenix projects.

/// What a template may hold besides plain text.
const PLACEHOLDERS: [&str; 2] = ["{org}", "{tenant}"];

/// The project of `tenant`: `{org}` is what stands before the id's colon and `{tenant}` what stands after it; an id without
/// colon is both.
#[must_use]
pub fn render(template: &str, tenant: &str) -> String {
    let (org, name) = tenant.split_once(':').unwrap_or((tenant, tenant));
    // No id has braces, so what one replacement puts in is never taken for a placeholder by the other.
    template.replace("{org}", org).replace("{tenant}", name)
}

/// The first thing in braces, or with a brace of its own, that is no placeholder.
pub(crate) fn stray(template: &str) -> Option<&str> {
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let found = rest.get(at..).unwrap_or_default();
        match PLACEHOLDERS.iter().find_map(|placeholder| found.strip_prefix(placeholder)) {
            Some(after) => rest = after,
            None => {
                let end = found.find('}').map_or(found.len(), |end| end + 1);
                return found.get(..end);
            }
        }
    }
    None
}
