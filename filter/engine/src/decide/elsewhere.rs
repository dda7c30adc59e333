//! The tenant's home is this cluster, or the policy says how to get there.

use super::{Step, stamp};
use crate::code::Code;
use crate::config::Elsewhere;
use crate::decision::{Decision, Reason, Verdict};
use crate::load::{Class, Config};

pub(super) fn check<'a>(config: &'a Config, class: &'a Class, decision: &mut Decision<'a>) -> Step<'a> {
    if class.home {
        decision.note(Reason::Home);
        return Ok(());
    }
    let cluster = class.tenant.cluster.as_str();
    decision.note(Reason::Elsewhere(cluster));
    Err(match config.elsewhere {
        Elsewhere::Forward => {
            stamp::home(config, class, decision);
            Verdict::Forward { cluster }
        }
        Elsewhere::Redirect => Verdict::Redirect { cluster, endpoint: &class.endpoint },
        Elsewhere::Refuse => Verdict::Refuse(Code::TenantElsewhere),
    })
}
