//! A health check that no cluster passes.

use crate::check::routes::{covers, takes};
use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{DoorKind, Policy};

rule! {
    /// ## What it does
    /// Finds a front door whose `health` is not among `tenancy.exempt`, or that no route answers to a `GET`.
    ///
    /// ## Why it matters
    /// HAProxy and Envoy ask for this path, without a tenant. A gateway refuses that with 400 on any path that is not
    /// exempt, and with 404 where no route leads, so every cluster would count as down and every request be
    /// answered with 503.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   frontDoor: {kinds: [haproxy], health: /status}
    /// ```
    ///
    /// ## Mend
    /// Exempt the path and give it a route.
    /// ```yaml
    /// ingress:
    ///   frontDoor: {kinds: [haproxy], health: /status}
    /// tenancy:
    ///   exempt: [/status]
    /// routes:
    ///   - {path: /status, methods: [GET], to: web}
    ///   - {path: /shop, to: web}
    /// ```
    pub static RULE: TN0312, "front-door-health-refused", Error, "every cluster would fail the front door's health check";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(door) = &policy.ingress.front_door else { return };
    // The others have no such checks.
    let asks = door.kinds.iter().any(|kind| matches!(kind.value, DoorKind::Haproxy | DoorKind::Envoy));
    let Some(health) = door.health.as_ref().filter(|_| asks) else { return };
    let exempt = policy.tenancy.exempt.iter().any(|path| path.value == health.value);
    let served = policy.routes.iter().any(|route| covers(&route.path, health) && takes(route, "GET"));
    let (why, help) = match (exempt, served) {
        (true, true) => return,
        (false, _) => {
            ("every gateway refuses it with 400: it has no tenant", "add the path to `tenancy.exempt`".into())
        }
        (true, false) => (
            "every gateway answers it with 404: no route takes it",
            format!("add a route such as `{{path: {}, methods: [GET], to: ...}}`", health.value),
        ),
    };
    found.push(
        RULE.at(health.span, format!("no cluster would pass the health check `{}`", health.value))
            .label(why)
            .help(help),
    );
}
