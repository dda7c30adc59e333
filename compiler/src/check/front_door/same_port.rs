//! A front door that would listen twice in one place.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a front door whose `https` and `http` are the same port.
    ///
    /// ## Why it matters
    /// The one takes requests over TLS, the other sends clients of plain HTTP to the former. No load balancer
    /// listens twice on one port, so none would start.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   frontDoor: {kinds: [nginx], https: 8443, http: 8443}
    /// ```
    ///
    /// ## Mend
    /// Choose two ports.
    /// ```yaml
    /// ingress:
    ///   frontDoor: {kinds: [nginx], https: 8443, http: 8080}
    /// ```
    pub static RULE: TN0311, "front-door-listens-twice", Error, "both ports of the front door are the same";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(door) = policy.ingress.front_door.as_ref().filter(|door| *door.https == *door.http) else { return };
    found.push(
        RULE.at(door.http.span, format!("the front door would listen on port {} twice", *door.http))
            .related(door.https.span, "taken by this")
            .help("choose another port for `http`"),
    );
}
