//! Publishes what the policy asks for as filter state, for access log and tracing.

use crate::host;
use tenantry_engine::code::Code;
use tenantry_engine::config::Property;
use tenantry_engine::decision::{Decision, Reason, Verdict};

/// Filter state `wasm.tenantry.decision`.
const DECISION: &str = "tenantry.decision";
/// Filter state `wasm.tenantry.why`.
const WHY: &str = "tenantry.why";

/// Publishes the values that `decision` has.
pub fn publish(wanted: &[Property], decision: &Decision<'_>) {
    for property in wanted {
        match property {
            Property::Decision => host::set_property(DECISION, decision.verdict.to_string().as_bytes()),
            Property::Tenant => set("tenantry.tenant", decision.tenant),
            Property::Tier => set("tenantry.tier", decision.tier),
            Property::Release => set("tenantry.release", decision.release),
            Property::Code => {
                if let Verdict::Refuse(code) = decision.verdict {
                    host::set_property("tenantry.code", code.as_str().as_bytes());
                }
            }
            Property::Cluster => set("tenantry.cluster", decision.cluster),
            Property::Session | Property::User | Property::Metadata => {}
            Property::Why => host::set_property(WHY, words(&decision.why).as_bytes()),
        }
    }
}

/// Publishes a refusal that came after [`publish`]; `why` is what [`why`] gave.
pub fn refuse(wanted: &[Property], code: Code, why: Option<&str>) {
    if wanted.contains(&Property::Decision) {
        host::set_property(DECISION, Verdict::Refuse(code).to_string().as_bytes());
    }
    if let Some(why) = why {
        host::set_property(WHY, format!("{why} {}", Reason::Refused(code)).as_bytes());
    }
}

/// The reasons of `decision` in order, if they are published.
pub fn why(wanted: &[Property], decision: &Decision<'_>) -> Option<String> {
    wanted.contains(&Property::Why).then(|| words(&decision.why))
}

fn set(name: &str, value: Option<&str>) {
    if let Some(value) = value {
        host::set_property(name, value.as_bytes());
    }
}

fn words(reasons: &[Reason<'_>]) -> String {
    let words: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    words.join(" ")
}
