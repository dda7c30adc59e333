//! Slug-like tenant ids, as a product's customers would choose them.

const FIRST: [&str; 16] = [
    "acme", "north", "blue", "delta", "green", "harbor", "iron", "juniper", "kestrel", "lumen", "maple", "nova",
    "orbit", "pioneer", "quartz", "river",
];
const SECOND: [&str; 16] = [
    "analytics",
    "bank",
    "care",
    "data",
    "energy",
    "foods",
    "games",
    "health",
    "labs",
    "media",
    "motors",
    "retail",
    "robotics",
    "studio",
    "travel",
    "works",
];

/// `count` distinct ids such as `harbor-foods-00a3`, the same at every call.
#[must_use]
pub fn ids(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{}-{}-{:04x}", FIRST[i % 16], SECOND[(i / 16) % 16], i)).collect()
}

/// Ids in the same form that are in no table of [`ids`].
#[must_use]
pub fn strangers(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("stranger-{}-{:04x}", SECOND[i % 16], i)).collect()
}
