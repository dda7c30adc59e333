//! Policies from text, and what the front end says about them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tenantry::render::{Style, human};
use tenantry::resolve::{Loaded, load};

/// Sections that make any fixture a whole policy, in the order in which they are added.
const BASE: &[(&str, &str)] = &[
    ("apiVersion", "apiVersion: tenantry/v1"),
    ("kind", "kind: MeshPolicy"),
    ("metadata", "metadata: {name: search}"),
    ("clusters", "clusters: {us: {endpoint: us.example.com}, eu: {endpoint: eu.example.com}}"),
    ("ingress", "ingress: {hosts: [api.example.com]}"),
    ("tenants", "tenants: {tenant_a: {cluster: us}, tenant_b: {cluster: eu}}"),
    ("services", "services: {search: {port: 8000, callers: [ingress]}, store: {port: 8080, callers: [search]}}"),
    ("routes", "routes: [{path: /search, to: search}]"),
];

/// The repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A fixture with the sections that it leaves out put behind it, so that its own lines keep their numbers.
pub fn complete(fixture: &str) -> String {
    let given = |section: &str| fixture.lines().any(|line| line.starts_with(&format!("{section}:")));
    let mut policy = fixture.to_owned();
    for (section, text) in BASE {
        if !given(section) {
            policy.push_str(text);
            policy.push('\n');
        }
    }
    policy
}

/// Loads a policy with files beside it.
pub fn load_bytes(policy: &[u8], beside: &[(&str, &str)]) -> (TempDir, Loaded) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in beside {
        std::fs::write(directory.path().join(name), text).expect("a file beside the policy");
    }
    let path = directory.path().join("policy.yaml");
    std::fs::write(&path, policy).expect("the policy file");
    let loaded = load(&path);
    (directory, loaded)
}

/// What a person is shown about a policy, with its directory left out of the paths.
pub fn report(policy: &[u8], beside: &[(&str, &str)]) -> String {
    let (directory, loaded) = load_bytes(policy, beside);
    let shown = human(&loaded.sources, &loaded.diagnostics, Style::Plain);
    shown.replace(&format!("{}/", directory.path().display()), "")
}

/// Time that this thread has spent on a processor, so that a busy machine does not fail a test; wall time elsewhere.
pub fn cpu_time() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = *START.get_or_init(Instant::now);
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = spent.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}
