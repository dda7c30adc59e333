//! Rewritten gRPC paths.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Policy, Protocol};

rule! {
    /// ## What it does
    /// Finds a `rewrite` on a route to a service whose `protocol` is `grpc`.
    ///
    /// ## Why it matters
    /// In gRPC the path is the name of the method, `/package.Service/Method`. A rewritten path names a method
    /// that does not exist, and every call ends in `UNIMPLEMENTED`.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   search: {port: 8080, protocol: grpc, callers: [ingress]}
    /// routes:
    ///   - {path: /shop.Search, to: search, rewrite: /}
    ///   - {path: /, to: web}
    /// ```
    ///
    /// ## Mend
    /// Remove the rewrite.
    /// ```yaml
    /// services:
    ///   search: {port: 8080, protocol: grpc, callers: [ingress]}
    /// routes:
    ///   - {path: /shop.Search, to: search}
    ///   - {path: /, to: web}
    /// ```
    pub static RULE: TN0256, "grpc-path-rewritten", Error, "a gRPC path is rewritten";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for route in &policy.routes {
        let (Some(rewrite), Some(service)) = (&route.rewrite, policy.services.get(&route.to.value)) else { continue };
        if service.protocol.value == Protocol::Grpc {
            found.push(
                RULE.at(
                    rewrite.span,
                    format!("the path of a gRPC call to `{}` is the name of its method", route.to.value),
                )
                .related(service.protocol.span, "a gRPC service")
                .help("remove `rewrite`"),
            );
        }
    }
}
