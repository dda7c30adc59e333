//! Circuit breakers that close every connection.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a circuit breaker with `perConnection` under 100.
    ///
    /// ## Why it matters
    /// After that many requests Envoy closes the connection and opens another, with a TCP and a TLS handshake
    /// each time. Small numbers turn keep-alive off in all but name; they add latency and load and protect
    /// nothing.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     circuitBreaker: {connections: 100, perConnection: 2}
    /// ```
    ///
    /// ## Mend
    /// Leave it out, or choose a number in the thousands to spread long-lived connections over new replicas.
    /// ```yaml
    /// services:
    ///   web:
    ///     port: 8000
    ///     callers: [ingress]
    ///     circuitBreaker: {connections: 100, perConnection: 10000}
    /// ```
    pub static RULE: TN0234, "breaker-defeats-keep-alive", Warning, "connections are closed after a few requests";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    for (name, service) in &policy.services {
        let Some(limit) = service.circuit_breaker.as_ref().and_then(|it| it.per_connection.as_ref()) else { continue };
        // Zero is Envoy's way to say no limit.
        if (1..FEW).contains(&limit.value) {
            found.push(
                RULE.at(limit.span, format!("each connection to `{name}` is closed after {} requests", limit.value))
                    .help("remove `perConnection`, or use 1000 or more"),
            );
        }
    }
}

/// Fewer requests per connection than this make handshakes a cost that shows.
const FEW: u32 = 100;
