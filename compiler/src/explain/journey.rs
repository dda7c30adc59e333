//! The whole way of a request: a front door, the gateway that it chooses, perhaps another cluster's gateway, a service.

use super::door::{Door, End, Via};
use super::{Asked, ExplainError, Explainer, Explanation, Why, line, step};
use crate::plan::door;
use crate::plan::moves::{Change, Stage, steps};
use crate::policy::Policy;
use crate::source::SourceMap;
use serde::{Deserialize, Serialize};

/// What becomes of a request that comes to a front door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Journey {
    /// `allow`, `refuse` or `redirect`: what the client gets in the end.
    pub verdict: String,
    /// The status with which the front door or a gateway answers; none when a service does.
    pub status: Option<u16>,
    /// The refusal's code; none where a load balancer or Envoy answers in its own words.
    pub code: Option<String>,
    /// Who answers.
    pub answered_by: Party,
    /// The tenant, once a gateway knows it and agrees to it.
    pub tenant: Option<String>,
    /// The cluster that answers; none when the front door does.
    pub cluster: Option<String>,
    /// The service that the request reaches.
    pub service: Option<String>,
    /// The release that it reaches; none where Envoy splits by weight or there is only one.
    pub release: Option<String>,
    /// What the front door does.
    pub door: Leg,
    /// What the gateways do, in the order in which the request comes to them.
    pub hops: Vec<Hop>,
}

/// Who answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The front door.
    FrontDoor,
    /// A cluster's gateway.
    Gateway,
    /// A service behind it.
    Service,
}

/// The way from the client to a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// The load balancer.
    pub via: String,
    /// `send`, `refuse` or `redirect`.
    pub verdict: String,
    /// The status with which the front door itself answers.
    pub status: Option<u16>,
    /// The refusal's code.
    pub code: Option<String>,
    /// The clusters that may get the request, the preferred one first; empty where it does not come to that.
    pub way: Vec<String>,
    /// The cluster that gets it.
    pub cluster: Option<String>,
    /// Request headers that it takes off.
    pub remove: Vec<String>,
    /// Every step, in the order it was taken.
    pub why: Vec<Why>,
}

/// A cluster's gateway on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// The cluster whose gateway it is.
    pub gateway: String,
    /// What it does.
    #[serde(flatten)]
    pub explanation: Explanation,
}

/// What is in place when a request comes.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The load balancer.
    pub via: Via,
    /// Names of the clusters that do not work.
    pub down: Vec<String>,
    /// How many steps of the policy's moves are done.
    pub steps: usize,
}

/// A front door and every gateway behind it, ready to explain any number of requests.
#[derive(Debug)]
pub struct Traveller<'p> {
    policy: &'p Policy,
    sources: &'p SourceMap,
    door: Door,
    gateways: Vec<Explainer<'p>>,
}

impl<'p> Traveller<'p> {
    /// Prepares a front door and the gateways.
    ///
    /// # Errors
    /// When the policy has no front door of this kind, no cluster of a name that is said to be down, or no such step.
    pub fn new(policy: &'p Policy, sources: &'p SourceMap, situation: &Situation) -> Result<Self, ExplainError> {
        let Situation { via, down, steps: done } = situation;
        let front_door = policy.ingress.front_door.as_ref().ok_or(ExplainError::NoFrontDoor)?;
        if front_door.kinds.iter().all(|kind| kind.value != via.kind()) {
            let asked: Vec<&str> = front_door.kinds.iter().map(|kind| kind.as_str()).collect();
            return Err(ExplainError::OtherFrontDoor { kind: via.kind().as_str(), asked: asked.join(", ") });
        }
        if let Some(unknown) = down.iter().find(|name| !policy.clusters.contains_key(*name)) {
            return Err(ExplainError::UnknownCluster(unknown.clone()));
        }
        let steps = steps(policy);
        let done = steps.get(..*done).ok_or(ExplainError::NoStep { wanted: *done, steps: steps.len() })?;
        let stage = |cluster: &String| {
            let changes = done.iter().filter(|step| step.clusters.contains(cluster));
            changes.fold(Stage::Before, |_, step| match step.change {
                Change::HandOver => Stage::HandedOver,
                Change::Accept | Change::FrontDoor => Stage::Accepted,
            })
        };
        let moved = done.iter().any(|step| step.change == Change::FrontDoor);
        let plan = door::plan(policy, moved).ok_or(ExplainError::NoFrontDoor)?;
        let gateways = policy.clusters.keys().map(|name| Explainer::at(policy, sources, name, stage(name)));
        let gateways = gateways.collect::<Result<_, _>>()?;
        Ok(Self { policy, sources, door: Door::new(plan, *via, down.clone()), gateways })
    }

    /// Explains one request. A tenant's rate is taken to have room.
    #[must_use]
    pub fn explain(&self, asked: &Asked) -> Journey {
        let passage = self.door.pass(asked);
        let why = passage.steps.iter().map(|step| {
            let (text, span) = step::describe(self.policy, step);
            Why { reason: step.to_string(), text, policy: span.map(|span| line(self.sources, span)) }
        });
        let mut leg = Leg {
            via: self.door.via().as_str().to_owned(),
            verdict: passage.end.verdict().to_owned(),
            status: passage.end.status(),
            code: passage.end.code().map(str::to_owned),
            way: passage.way.iter().map(|&cluster| cluster.to_owned()).collect(),
            cluster: None,
            remove: passage.remove.clone(),
            why: why.collect(),
        };
        let End::Send(upstream) = passage.end else { return Journey::ended(leg) };
        leg.cluster = Some(upstream.name.clone());
        let onward = Asked { authority: passage.authority, headers: passage.headers, ..asked.clone() };
        let hops = self.hops(&upstream.name, onward);
        self.arrived(leg, hops)
    }

    /// The gateways that a request comes to which the front door, or somebody past it, sends to the cluster `first`. None
    /// of them forwards to a cluster that has forwarded.
    #[must_use]
    pub fn hops(&self, first: &str, mut asked: Asked) -> Vec<Hop> {
        let mut hops = Vec::new();
        let mut next = Some(first.to_owned());
        while let Some(gateway) = next.take().and_then(|name| self.gateway(&name)) {
            let explanation = gateway.explain(&asked);
            if explanation.verdict == "forward" {
                next = explanation.cluster.clone().filter(|cluster| self.door.works(cluster));
                asked = asked.after(&explanation);
            }
            hops.push(Hop { gateway: gateway.cluster().to_owned(), explanation });
        }
        hops
    }

    fn gateway(&self, cluster: &str) -> Option<&Explainer<'p>> {
        self.gateways.iter().find(|gateway| gateway.cluster() == cluster)
    }

    /// What the last of the gateways makes of it is what the client gets.
    fn arrived(&self, leg: Leg, hops: Vec<Hop>) -> Journey {
        let mut journey = Journey::ended(leg);
        let Some(Hop { gateway, explanation: last }) = hops.last() else { return journey };
        journey.verdict.clone_from(&last.verdict);
        journey.status = last.status;
        journey.code.clone_from(&last.code);
        journey.tenant.clone_from(&last.tenant);
        journey.service.clone_from(&last.service);
        journey.release.clone_from(&last.release);
        journey.cluster = Some(gateway.clone());
        journey.answered_by = if last.service.is_some() { Party::Service } else { Party::Gateway };
        if last.verdict == "forward" {
            // Its Envoy finds nobody to send it to.
            "refuse".clone_into(&mut journey.verdict);
            journey.status = Some(503);
        }
        journey.hops = hops;
        journey
    }
}

impl Journey {
    /// The way of a request that the front door answers.
    fn ended(leg: Leg) -> Self {
        Self {
            verdict: leg.verdict.clone(),
            status: leg.status,
            code: leg.code.clone(),
            answered_by: Party::FrontDoor,
            tenant: None,
            cluster: None,
            service: None,
            release: None,
            door: leg,
            hops: Vec::new(),
        }
    }
}
