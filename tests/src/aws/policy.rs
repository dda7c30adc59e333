//! The Cogniverse policy with other tenants.

use std::fmt::Write as _;
use std::path::Path;
use tenantry::policy::Policy;

use crate::door::balancer::compiled;
use crate::envoy::workspace;

/// A tenant of the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: String,
    /// Its home.
    pub cluster: &'static str,
    /// Whether it may go to the other cluster.
    pub failover: bool,
    /// Whether it is suspended.
    pub suspended: bool,
}

impl Tenant {
    /// An active tenant that stays in its home.
    #[must_use]
    pub fn new(id: impl Into<String>, cluster: &'static str) -> Self {
        Self { id: id.into(), cluster, failover: false, suspended: false }
    }

    /// The clusters that serve it, home first.
    #[must_use]
    pub fn way(&self) -> Vec<&'static str> {
        let other = if self.cluster == "us" { "eu" } else { "us" };
        if self.failover { vec![self.cluster, other] } else { vec![self.cluster] }
    }
}

/// Writes the policy with these tenants and changes to its text into a folder, with what it compiles to in `aws-alb`
/// below it.
///
/// # Panics
/// When a change does not apply, or the policy has errors.
#[must_use]
pub fn policy(folder: &Path, tenants: &[Tenant], changes: &[(&str, &str)]) -> Policy {
    let reference = workspace().join("policies/cogniverse.yaml");
    let text = std::fs::read_to_string(&reference).expect("the policy of the demo");
    let (head, rest) = text.split_once("\ntenants:\n").expect("tenants");
    let (_, tail) = rest.split_once("\nservices:\n").expect("services");
    let mut text = format!("{head}\ntenantsFrom: [tenants.csv]\n\nservices:\n{tail}");
    let admin = "  - {path: /admin, to: cogniverse-runtime, tenants: [acme_corp]}\n";
    for (from, to) in [(admin, "")].iter().chain(changes) {
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {}", reference.display());
        text = text.replacen(from, to, 1);
    }
    std::fs::write(folder.join("policy.yaml"), text).expect("written");
    let mut csv = "id,cluster,status,failover\n".to_owned();
    for tenant in tenants {
        let status = if tenant.suspended { "suspended" } else { "active" };
        let way = tenant.way();
        // Writing to a string cannot fail.
        let _ = writeln!(csv, "{},{},{status},{}", tenant.id, tenant.cluster, way.get(1).unwrap_or(&""));
    }
    std::fs::write(folder.join("tenants.csv"), csv).expect("written");
    let policy = match crate::policy::load(&folder.join("policy.yaml")) {
        Ok((policy, _)) => policy,
        Err(errors) => panic!("the policy has errors:\n{errors}"),
    };
    for (path, bytes) in compiled(&policy, false).iter() {
        if let Some(path) = path.strip_prefix("front-door/") {
            let file = folder.join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
            std::fs::write(file, bytes).expect("written");
        }
    }
    policy
}
