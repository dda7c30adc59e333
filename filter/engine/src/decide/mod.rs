//! The decision, one file per step.
//!
//! A gateway takes the steps in this order; the first that ends the decision wins:
//!
//! 1. `scan`: find the headers that matter, note client-sent internal ones for removal
//! 2. `path`: the path is in normal form
//! 3. `host`: the host is served
//! 4. `exempt`: some paths need no tenant
//! 5. `header`: exactly one well-formed tenant header
//! 6. `claim`: a verified token agrees; before the table, so that nobody without a token learns who exists
//! 7. `tenant`: the tenant is known and not suspended
//! 8. `elsewhere`: this cluster serves the tenant, or the policy says how to get to one that does; `via` keeps requests
//!    from going round
//! 9. `route`: a route matches and the tenant may use it
//! 10. `release`: which release of the service
//! 11. `stamp`: headers to set, and what is still owed
//!
//! A workload's sidecar takes `workload` instead, which accepts only what a gateway stamped.

mod claim;
mod elsewhere;
mod exempt;
mod header;
mod host;
mod path;
mod release;
mod route;
mod scan;
mod stamp;
mod tenant;
mod via;
mod workload;

pub(crate) use scan::{alike, header_once};

use crate::config::Role;
use crate::decision::{Decision, Verdict};
use crate::load::Config;
use crate::request::Request;

/// A step's result: what the next steps need, or the verdict that ends the decision.
type Step<'a, T = ()> = Result<T, Verdict<'a>>;

/// Decides on one request. Total: any bytes get a decision. Allocates only to list headers to remove.
#[must_use]
pub fn decide<'a>(config: &'a Config, request: &Request<'a>) -> Decision<'a> {
    let mut decision = Decision::open();
    let end = match config.role {
        Role::Gateway => gateway(config, request, &mut decision),
        Role::Workload => workload::accept(config, request, &mut decision),
    };
    if let Err(verdict) = end {
        decision.close(verdict);
    }
    decision
}

fn gateway<'a>(config: &'a Config, request: &Request<'a>, decision: &mut Decision<'a>) -> Step<'a> {
    let seen = scan::scan(config, request);
    scan::strip(request, &seen, decision)?;
    let path = path::check(&seen)?;
    host::check(config, &seen)?;
    if exempt::applies(config, path, request, decision) {
        return Ok(());
    }
    let id = header::check(config, &seen, decision)?;
    claim::check(config, request, &seen, id, decision)?;
    let class = tenant::check(config, id, decision)?;
    elsewhere::check(config, class, request, decision)?;
    let route = route::choose(config, &seen, path, id, decision)?;
    release::choose(config, route, request, id, decision);
    stamp::stamp(config, class, decision);
    stamp::owe(config, class, request, id, decision)
}
