//! Redirects to names that a certificate has to carry.

use crate::check::edge::{covers, host};
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;
use tenantry_engine::config::Elsewhere;

rule! {
    /// ## What it does
    /// Finds, with `elsewhere: redirect` and TLS, a cluster whose `endpoint` is not one of `ingress.hosts`.
    ///
    /// ## Why it matters
    /// Clients of a tenant that lives elsewhere are redirected to that cluster's endpoint. Its gateway answers
    /// with the certificate of `ingress.tls`; if that does not carry the endpoint's name, clients stop at a
    /// certificate error.
    ///
    /// ## Example
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    ///   eu: {endpoint: eu.example.com}
    /// tenancy:
    ///   elsewhere: redirect
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// ```
    ///
    /// ## Mend
    /// Make sure that the certificate carries the endpoints' names, and say so.
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com} # tenantry: allow(TN0214) the certificate has it
    ///   eu: {endpoint: eu.example.com} # tenantry: allow(TN0214) the certificate has it
    /// tenancy:
    ///   elsewhere: redirect
    /// tenants:
    ///   acme: {cluster: us}
    ///   globex: {cluster: eu}
    /// ```
    pub static RULE: TN0214, "redirect-needs-certificate", Note, "the certificate has to carry the name that clients are redirected to";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tls) = &policy.ingress.tls else { return };
    if policy.clusters.len() < 2 || policy.tenancy.elsewhere.value != Elsewhere::Redirect {
        return;
    }
    for (name, cluster) in &policy.clusters {
        let endpoint = host(&cluster.endpoint);
        if policy.ingress.hosts.iter().any(|it| it.eq_ignore_ascii_case(endpoint) || covers(it, endpoint)) {
            continue;
        }
        found.push(
            RULE.at(cluster.endpoint.span, format!("clients of cluster `{name}` are redirected to `{endpoint}`"))
                .related(tls.secret.span, "the certificate has to carry this name")
                .help("excuse this once the certificate carries it"),
        );
    }
}
