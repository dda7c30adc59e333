//! This cluster serves the tenant, or the policy says how to get to one that does.

use super::{Step, stamp, via};
use crate::code::Code;
use crate::config::Elsewhere;
use crate::decision::{Decision, Reason, Verdict};
use crate::load::{Class, Config, Here};
use crate::request::Request;

pub(super) fn check<'a>(
    config: &'a Config,
    class: &'a Class,
    request: &Request<'a>,
    decision: &mut Decision<'a>,
) -> Step<'a> {
    let cluster = class.tenant.cluster.as_str();
    match class.here {
        Here::Home => {
            decision.note(Reason::Home);
            return Ok(());
        }
        Here::Standby => {
            decision.note(Reason::Standby(cluster));
            return Ok(());
        }
        Here::Elsewhere => decision.note(Reason::Elsewhere(cluster)),
    }
    Err(match config.elsewhere {
        Elsewhere::Forward => match via::onward(config, request, cluster) {
            Some(via) => {
                stamp::onward(config, class, via, decision);
                Verdict::Forward { cluster }
            }
            None => Verdict::Refuse(Code::ForwardLoop),
        },
        Elsewhere::Redirect => Verdict::Redirect { cluster, endpoint: &class.endpoint },
        Elsewhere::Refuse => Verdict::Refuse(Code::TenantElsewhere),
    })
}
