//! What becomes of one request at a cluster's gateway, or on the whole way from a front door, and why, without running
//! anything.
//!
//! The answer comes from the filter's own engine on the compiled configuration, and from the plan's own
//! rules, so it is what the deployed mesh does.

mod asked;
pub mod door;
mod human;
mod journey;
mod reason;
mod routing;
mod step;

pub use asked::{AskError, Asked};
pub use human::{human, whole_way};
pub use journey::{Hop, Journey, Leg, Party, Situation, Traveller};

use crate::plan::filter::plugin_config_at;
use crate::plan::moves::Stage;
use crate::plan::place::Place;
use crate::plan::routing::Action;
use crate::plan::{ClusterPlan, plan};
use crate::policy::Policy;
use crate::source::{SourceMap, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tenantry_engine::body::{Binder, BodyKind, Progress};
use tenantry_engine::code::Code;
use tenantry_engine::decision::{Decision, Reason, Verdict};
use tenantry_engine::request::{Claim, Request};
use tenantry_engine::{Config, ConfigError, decide};

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// `allow`, `refuse`, `forward` or `redirect`.
    pub verdict: String,
    /// The status with which the gateway itself answers; none when a service or another gateway does.
    pub status: Option<u16>,
    /// The refusal's code.
    pub code: Option<String>,
    /// The tenant, once it is known and agreed to.
    pub tenant: Option<String>,
    /// The cluster that serves the request.
    pub cluster: Option<String>,
    /// The path of the policy's route.
    pub route: Option<String>,
    /// The service that it reaches.
    pub service: Option<String>,
    /// The release that it reaches; none where Envoy splits by weight or there is only one.
    pub release: Option<String>,
    /// Request headers that the filter sets.
    pub set: BTreeMap<String, String>,
    /// Request headers that the filter removes.
    pub remove: Vec<String>,
    /// Every step, in the order it was taken.
    pub why: Vec<Why>,
}

/// One step of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The engine's stable word for it, for example `route:0`.
    pub reason: String,
    /// The same in plain words.
    pub text: String,
    /// The policy line behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Line>,
}

/// A line of the policy or of a file that it includes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The file as the user named it.
    pub file: String,
    /// Its number, from 1.
    pub line: usize,
    /// The line itself, without indentation.
    pub text: String,
}

/// Why there is no explanation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// The policy has no cluster of that name.
    #[error("the policy has no cluster `{0}`")]
    UnknownCluster(String),
    /// The policy has no front door.
    #[error("the policy has no `ingress.frontDoor`")]
    NoFrontDoor,
    /// The policy has front doors of other kinds.
    #[error("the policy's front door is not `{kind}` but {asked}")]
    OtherFrontDoor {
        /// The kind that was asked about.
        kind: &'static str,
        /// Those of the policy, joined by commas.
        asked: String,
    },
    /// The moves of the policy have fewer steps.
    #[error("the moves of this policy have {steps} steps, so there is no step {wanted}")]
    NoStep {
        /// The number that was asked for.
        wanted: usize,
        /// How many there are.
        steps: usize,
    },
    /// The filter itself would refuse this policy's configuration.
    #[error("the filter does not take the compiled configuration: {0}")]
    Config(#[from] ConfigError),
}

/// A cluster's gateway, ready to explain any number of requests.
#[derive(Debug)]
pub struct Explainer<'p> {
    policy: &'p Policy,
    sources: &'p SourceMap,
    plan: ClusterPlan,
    config: Config,
}

impl<'p> Explainer<'p> {
    /// Prepares a cluster of the policy.
    ///
    /// # Errors
    /// When the policy has no such cluster.
    pub fn new(policy: &'p Policy, sources: &'p SourceMap, cluster: &str) -> Result<Self, ExplainError> {
        Self::at(policy, sources, cluster, Stage::Before)
    }

    /// The same while tenants are moving.
    fn at(policy: &'p Policy, sources: &'p SourceMap, cluster: &str, stage: Stage) -> Result<Self, ExplainError> {
        let plan = plan(policy, cluster).ok_or_else(|| ExplainError::UnknownCluster(cluster.to_owned()))?;
        let config = Config::new(plugin_config_at(policy, cluster, Place::Gateway, stage), None)?;
        Ok(Self { policy, sources, plan, config })
    }

    /// The cluster whose gateway it is.
    #[must_use]
    pub fn cluster(&self) -> &str {
        &self.plan.cluster
    }

    /// Explains one request. A tenant's rate is taken to have room.
    #[must_use]
    pub fn explain(&self, asked: &Asked) -> Explanation {
        let Some(target) = asked.path() else { return self.malformed() };
        let pseudo = [
            (":method", asked.method.as_bytes()),
            (":path", target.as_bytes()),
            (":authority", asked.authority.as_bytes()),
        ];
        let sent = asked.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
        let length = asked.body.as_ref().map(|body| body.len().to_string());
        let framing = length.as_ref().filter(|_| !asked.has("content-length"));
        let framing = framing.map(|length| ("content-length", length.as_bytes()));
        let headers: Vec<(&str, &[u8])> = pseudo.into_iter().chain(sent).chain(framing).collect();
        let raw: Vec<(&[u8], &[u8])> = headers.iter().map(|(name, value)| (name.as_bytes(), *value)).collect();
        let request = Request {
            headers: &raw,
            has_body: asked.body.as_ref().is_some_and(|body| !body.is_empty()),
            claim: asked.claim.as_deref().map_or(Claim::Absent, |claim| Claim::Value(claim.as_bytes())),
            peer: None,
        };
        let mut decision = decide(&self.config, &request);
        let why: Vec<Why> = decision.why.iter().map(|reason| self.why(&decision, reason)).collect();
        let steps = why.len();
        let mut explanation = Explanation { why, ..Explanation::default() };
        if let Some((kind, tenant)) = decision.pending.body.zip(decision.tenant) {
            let outcome = self.bind(asked, tenant, kind);
            decision = decision.bound(outcome);
            explanation.why.extend(decision.why.iter().skip(steps).map(|reason| self.why(&decision, reason)));
        }
        explanation.fill(&decision);
        explanation.route = decision.why.iter().find_map(|reason| match reason {
            Reason::Route(index) => self.policy.routes.get(*index).map(|route| route.path.value.clone()),
            _ => None,
        });
        self.route(&mut explanation, &decision, asked, &target, &headers);
        explanation
    }

    /// What the filter makes of the body, read in one piece.
    fn bind(&self, asked: &Asked, tenant: &str, kind: BodyKind) -> Result<(), Code> {
        let Some(mut binder) = Binder::new(&self.config, tenant, kind) else { return Ok(()) };
        match binder.push(asked.body.as_deref().unwrap_or_default()) {
            Progress::Refuse(code) => Err(code),
            Progress::Pass => Ok(()),
            Progress::More => binder.finish(),
        }
    }

    /// Adds where Envoy's routes take an admitted request.
    fn route(
        &self,
        explanation: &mut Explanation,
        decision: &Decision<'_>,
        asked: &Asked,
        target: &str,
        headers: &[(&str, &[u8])],
    ) {
        if decision.verdict.status().is_some() {
            return;
        }
        let kept = headers
            .iter()
            .copied()
            .filter(|(name, _)| !decision.remove.contains(name) && decision.set.iter().all(|(set, _)| set != name));
        let stamped: Vec<(&str, &[u8])> =
            kept.chain(decision.set.iter().map(|(name, value)| (*name, value.as_bytes()))).collect();
        let path = target.split('?').next().unwrap_or_default();
        let rule = routing::choose(&self.plan, &asked.method, path, &stamped);
        match rule.map(|rule| &rule.action) {
            Some(Action::Serve(serve)) => {
                explanation.cluster = Some(self.plan.cluster.clone());
                explanation.service = Some(serve.service.clone());
                explanation.release = match serve.shares.as_slice() {
                    [only] => only.release.clone(),
                    _ => None,
                };
                let route = rule.and_then(|rule| self.policy.routes.get(rule.route?));
                explanation.route = route.map(|route| route.path.value.clone());
            }
            Some(Action::Forward(cluster)) => explanation.cluster = Some(cluster.clone()),
            Some(Action::NotFound) | None => {
                explanation.cluster = Some(self.plan.cluster.clone());
                explanation.status = Some(404);
                explanation.why.push(Why {
                    reason: "no-route".to_owned(),
                    text: "no route of the policy leads anywhere, so the gateway answers 404".to_owned(),
                    policy: None,
                });
            }
        }
    }

    /// What Envoy answers by itself, before any filter.
    fn malformed(&self) -> Explanation {
        Explanation {
            verdict: Verdict::Refuse(Code::PathMalformed).kind().to_owned(),
            status: Some(Code::PathMalformed.status()),
            code: Some(Code::PathMalformed.as_str().to_owned()),
            why: vec![Why {
                reason: "refused:envoy".to_owned(),
                text: "Envoy itself refuses this path, before the filter sees it".to_owned(),
                policy: None,
            }],
            ..Explanation::default()
        }
    }

    fn why(&self, decision: &Decision<'_>, reason: &Reason<'_>) -> Why {
        let (text, span) = reason::describe(self.policy, decision, reason);
        Why { reason: reason.to_string(), text, policy: span.map(|span| line(self.sources, span)) }
    }
}

/// The line of a place in the policy.
fn line(sources: &SourceMap, span: Span) -> Line {
    let file = sources.file(span.file);
    let (line, _) = file.position(span.start);
    Line { file: file.path.display().to_string(), line, text: file.line(line).trim().to_owned() }
}

impl Default for Explanation {
    fn default() -> Self {
        Self {
            verdict: Verdict::Allow.kind().to_owned(),
            status: None,
            code: None,
            tenant: None,
            cluster: None,
            route: None,
            service: None,
            release: None,
            set: BTreeMap::new(),
            remove: Vec::new(),
            why: Vec::new(),
        }
    }
}

impl Explanation {
    fn fill(&mut self, decision: &Decision<'_>) {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        self.verdict = decision.verdict.kind().to_owned();
        self.status = decision.verdict.status();
        self.tenant = owned(decision.tenant);
        self.cluster = owned(decision.cluster);
        if let Verdict::Refuse(code) = decision.verdict {
            self.code = Some(code.as_str().to_owned());
        }
        self.set = decision.set.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into_owned())).collect();
        self.remove = decision.remove.iter().map(|&name| name.to_owned()).collect();
    }
}
