//! Services with one identity.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Caller, Policy, Service};

rule! {
    /// ## What it does
    /// Finds a service account that two services share, while only one of them is allowed to call a third.
    ///
    /// ## Why it matters
    /// A workload's identity is its service account. Rules that allow one of the two to call something allow
    /// the other one as well.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web: {port: 8000, callers: [ingress], serviceAccount: shop}
    ///   batch: {port: 8000, callers: [web], serviceAccount: shop}
    ///   search: {port: 8080, callers: [web]}
    /// ```
    ///
    /// ## Mend
    /// Give each service an account of its own.
    /// ```yaml
    /// services:
    ///   web: {port: 8000, callers: [ingress], serviceAccount: web}
    ///   batch: {port: 8000, callers: [web], serviceAccount: batch}
    ///   search: {port: 8080, callers: [web]}
    /// ```
    pub static RULE: TN0266, "services-share-identity", Warning, "two services have the same service account";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, service) in &policy.services {
        for caller in &service.callers {
            let Caller::Service(allowed) = &caller.value else { continue };
            let Some(account) = policy.services.get(allowed).map(|it| &it.service_account) else { continue };
            let twin = policy.services.iter().find(|(other, it)| {
                *other != allowed && *other != name && it.service_account == *account && !calls(service, other)
            });
            let Some((twin, twin_service)) = twin else { continue };
            found.push(
                RULE.at(
                    caller.span,
                    format!("`{twin}` may call `{name}` too, since it shares service account `{account}`"),
                )
                .related(twin_service.span, "the same identity")
                .help("give each service a `serviceAccount` of its own"),
            );
        }
    }
}

fn calls(service: &Service, name: &str) -> bool {
    service.callers.iter().any(|it| matches!(&it.value, Caller::Service(caller) if caller == name))
}
