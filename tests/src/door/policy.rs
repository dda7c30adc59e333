//! The policy of these tests: the Cogniverse one, with its clusters and its front door on this machine.

use super::HOST;
use crate::envoy::workspace;
use std::fmt::Write as _;
use std::path::Path;
use tenantry::policy::Policy;

/// Where things are on this machine.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// Port of the gateway of each cluster, `us` and `eu`.
    pub clusters: [(&'a str, u16); 2],
    /// The front door's port for TLS.
    pub https: u16,
    /// The front door's port that redirects.
    pub http: u16,
    /// Folder of `tls.crt`, `tls.key` and `trust.crt`, and of the policy itself.
    pub folder: &'a Path,
}

/// The names of gateways end in this. The policy wants names, and there is no DNS in these tests, so it is replaced by
/// [`LOOPBACK`] in what a front door reads.
pub const NAME: &str = ".gateway.test";
/// The address of everything.
pub const LOOPBACK: &str = "127.0.0.1";

/// The policy with `changes`, each of which has to apply; `many` adds so many tenants `many_0`, `many_1`, ..., by turns at
/// home in `us` and in `eu`.
///
/// # Panics
/// When a change does not apply, or the policy has errors.
#[must_use]
pub fn policy(places: &Places<'_>, changes: &[(&str, &str)], many: usize) -> Policy {
    let path = workspace().join("policies/cogniverse.yaml");
    let mut text = std::fs::read_to_string(&path).expect("the policy of the demo");
    let mut change = |from: &str, to: &str| {
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {}", path.display());
        text = text.replacen(from, to, 1);
    };
    for (cluster, port) in places.clusters {
        change(&format!("{cluster}-cluster.example.com"), &format!("\"{cluster}{NAME}:{port}\""));
    }
    change("[nginx, haproxy, aws-alb, envoy]", &door(places));
    change(HOST, HOST);
    // These tests send more than any tier allows.
    change("{rate: 50/s, burst: 100}", "{}");
    change("{rate: 500/s, burst: 1000}", "{}");
    if many > 0 {
        change("\ntenants:\n", "\ntenantsFrom: [many.csv]\ntenants:\n");
        std::fs::write(places.folder.join("many.csv"), csv(many)).expect("written");
    }
    for (from, to) in changes {
        change(from, to);
    }
    let file = places.folder.join("policy.yaml");
    std::fs::write(&file, text).expect("written");
    match crate::policy::load(&file) {
        Ok((policy, _)) => policy,
        Err(errors) => panic!("the policy has errors:\n{errors}"),
    }
}

fn door(places: &Places<'_>) -> String {
    let Places { https, http, folder, .. } = places;
    let folder = folder.display();
    // The first line goes on from `kinds:` in the policy.
    format!(
        "[nginx, haproxy, envoy]\n    address: {LOOPBACK}\n    https: {https}\n    http: {http}\n    \
         certificate: {folder}/tls.crt\n    key: {folder}/tls.key\n    trust: {folder}/trust.crt"
    )
}

fn csv(many: usize) -> String {
    let mut text = "id,cluster\n".to_owned();
    for number in 0..many {
        let cluster = if number % 2 == 0 { "us" } else { "eu" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "many_{number},{cluster}");
    }
    text
}
