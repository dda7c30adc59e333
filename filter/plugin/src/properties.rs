//! Publishes what the policy asks for as filter state, for access log and tracing.

use crate::host;
use tenantry_engine::Config;
use tenantry_engine::code::Code;
use tenantry_engine::config::Property;
use tenantry_engine::decision::{Decision, Reason, Verdict};
use tenantry_engine::request::Request;
use tenantry_engine::trace::identity::{self, Undecided};

/// Filter state `wasm.tenantry.decision`.
const DECISION: &str = "tenantry.decision";
/// Filter state `wasm.tenantry.code`.
const CODE: &str = "tenantry.code";
/// Filter state `wasm.tenantry.metadata`.
const METADATA: &str = "tenantry.metadata";
/// Filter state `wasm.tenantry.why`.
const WHY: &str = "tenantry.why";

/// Publishes the values that `decision` has.
pub fn publish(config: &Config, request: &Request<'_>, decision: &Decision<'_>) {
    for property in config.properties() {
        match property {
            Property::Decision => host::set_property(DECISION, decision.verdict.to_string().as_bytes()),
            Property::Tenant => set("tenantry.tenant", decision.tenant),
            Property::Tier => set("tenantry.tier", decision.tier),
            Property::Release => set("tenantry.release", decision.release),
            Property::Code => {
                if let Verdict::Refuse(code) = decision.verdict {
                    set(CODE, Some(code.as_str()));
                }
            }
            Property::Cluster => set("tenantry.cluster", decision.cluster),
            Property::Session => {
                set("tenantry.session", identity::session(config, request, decision.tenant).as_deref());
            }
            Property::User => set("tenantry.user", identity::user(config, request)),
            Property::Metadata => set(METADATA, Some(&identity::metadata(config, request, decision))),
            Property::Why => set(WHY, Some(&words(&decision.why))),
        }
    }
}

/// What is needed to publish a refusal that comes when the request's headers are gone.
pub struct Late {
    why: Option<String>,
    metadata: Option<Undecided>,
}

impl Late {
    /// Takes it from a request whose body is still to come.
    pub fn new(config: &Config, request: &Request<'_>, decision: &Decision<'_>) -> Self {
        let wanted = |property| config.properties().contains(&property);
        Self {
            why: wanted(Property::Why).then(|| words(&decision.why)),
            metadata: wanted(Property::Metadata).then(|| Undecided::of(config, request, decision)),
        }
    }

    /// Publishes the refusal in place of what [`publish`] did.
    pub fn refuse(self, config: &Config, code: Code) {
        for property in config.properties() {
            match property {
                Property::Decision => host::set_property(DECISION, Verdict::Refuse(code).to_string().as_bytes()),
                Property::Code => set(CODE, Some(code.as_str())),
                _ => {}
            }
        }
        set(METADATA, self.metadata.map(|metadata| metadata.refused(code)).as_deref());
        set(WHY, self.why.map(|why| format!("{why} {}", Reason::Refused(code))).as_deref());
    }
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
