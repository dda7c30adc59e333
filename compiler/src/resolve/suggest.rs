//! "Did you mean": the known name nearest to an unknown one.

/// The nearest of the known names, if any is near enough to be what was meant.
pub fn nearest<'k>(wanted: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let wanted = wanted.to_lowercase();
    let allowed = wanted.chars().count() / 3 + 1;
    known
        // A name whose length differs more than the allowed distance cannot be near.
        .filter(|known| known.len().abs_diff(wanted.len()) <= allowed)
        .map(|known| (strsim::osa_distance(&wanted, &known.to_lowercase()), known))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Names as a list for a help line, at most twelve of them.
pub fn list<'k>(known: impl Iterator<Item = &'k str>) -> String {
    let names: Vec<String> = known.map(|name| format!("`{name}`")).collect();
    if names.len() <= 12 {
        names.join(", ")
    } else {
        format!("{} and {} more", names[..12].join(", "), names.len() - 12)
    }
}
