//! What became of a request, in a form that `explain` and the parts themselves can speak.

use crate::seen::{Seen, seen};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tenantry::envoy::access_log::Entry;
use tenantry::explain::{Journey, Party};
use tenantry::plan::plan;
use tenantry::try_::echo::Identity;
use tenantry::try_::services::upstreams;
use tenantry_tests::door::World;
use tenantry_tests::door::world::CLUSTERS;
use tenantry_tests::envoy::client::Response;

/// How long a log line may take.
const LOG_LIMIT: Duration = Duration::from_secs(10);
/// Where front doors ask whether a cluster works.
const HEALTH: &str = "/health/ready";
/// What is asked for to see whether a front door has noticed something. No generated request asks for it.
pub const WAITING: &str = "/waiting";

/// The end of a request's way, and the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The status that the client gets.
    pub status: u16,
    /// Code of the refusal; none where nobody refuses, in words of a load balancer's or of Envoy's, and to a `HEAD`.
    pub code: Option<String>,
    /// Who answers.
    pub by: By,
    /// The gateways that the request came to, each with its decision.
    pub hops: Vec<(String, Option<String>)>,
    /// Whether any working cluster may be the one.
    anywhere: bool,
}

/// Who answers a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The front door.
    Door,
    /// The gateway of the last hop.
    Gateway,
    /// A service.
    Service(Identity),
}

impl Ending {
    /// As `explain` says.
    pub fn explained(journey: &Journey, method: &str) -> Self {
        let last = journey.hops.last();
        let hops = journey.hops.iter().map(|hop| {
            let explanation = &hop.explanation;
            let by_envoy = explanation.why.iter().any(|why| why.reason == "refused:envoy");
            let decision = match (explanation.verdict.as_str(), &explanation.code, &explanation.cluster) {
                _ if by_envoy => None,
                ("refuse", Some(code), _) => Some(format!("refuse:{code}")),
                (kind @ ("forward" | "redirect"), _, Some(cluster)) => Some(format!("{kind}:{cluster}")),
                (kind, ..) => Some(kind.to_owned()),
            };
            (hop.gateway.clone(), decision)
        });
        let hops: Vec<_> = hops.collect();
        let filtered = hops.last().is_none_or(|(_, decision)| decision.is_some());
        let service = last.and_then(|hop| hop.explanation.service.clone());
        Self {
            status: journey.status.unwrap_or(200),
            code: journey.code.clone().filter(|_| filtered && method != "HEAD"),
            by: match (journey.answered_by, journey.cluster.clone(), service) {
                (Party::FrontDoor, ..) => By::Door,
                (Party::Service, Some(cluster), Some(service)) => {
                    By::Service(Identity { cluster, service, release: journey.release.clone() })
                }
                _ => By::Gateway,
            },
            hops,
            anywhere: journey.door.why.iter().any(|why| why.reason.starts_with("exempt:")),
        }
    }

    /// Whether the parts did as explained.
    pub fn agrees_with(&self, seen: &Self) -> bool {
        let clusters = |ending: &Self| {
            let mut ending = ending.clone();
            ending.anywhere = false;
            ending
        };
        if !self.anywhere {
            return clusters(self) == clusters(seen);
        }
        // The same in the cluster that it came to.
        let mut there = clusters(self);
        for (hop, (cluster, _)) in there.hops.iter_mut().zip(&seen.hops) {
            hop.0.clone_from(cluster);
        }
        if let (By::Service(ours), By::Service(theirs)) = (&mut there.by, &seen.by) {
            ours.cluster.clone_from(&theirs.cluster);
        }
        there == clusters(seen)
    }

    /// What to count it as.
    pub fn kind(&self) -> String {
        let by = match &self.by {
            By::Door => "front door".to_owned(),
            By::Gateway => "gateway".to_owned(),
            By::Service(identity) => identity.to_string(),
        };
        let forwarded = if self.hops.len() > 1 { ", forwarded" } else { "" };
        format!("{by} {} {}{forwarded}", self.status, self.code.as_deref().unwrap_or("-"))
    }
}

/// The gateways' logs, read as they grow.
#[derive(Debug)]
pub struct Watched<'w> {
    world: &'w World,
    read: BTreeMap<&'static str, usize>,
    upstreams: BTreeMap<&'static str, BTreeMap<String, Identity>>,
}

impl<'w> Watched<'w> {
    /// From now on.
    pub fn new(world: &'w World) -> Self {
        let upstreams = CLUSTERS.map(|name| {
            let plan = plan(world.policy(), name).expect("a cluster of the policy");
            (name, upstreams(&plan))
        });
        let mut watched = Self { world, read: BTreeMap::new(), upstreams: upstreams.into() };
        watched.read = CLUSTERS.map(|name| (name, watched.entries(name).len())).into();
        watched
    }

    /// The log lines of a gateway that are about generated requests.
    fn entries(&self, cluster: &str) -> Vec<Entry> {
        let cluster = self.world.cluster(cluster);
        let entries = if cluster.works() { cluster.entries() } else { Vec::new() };
        let generated = |entry: &Entry| !entry.path.as_deref().is_some_and(|path| [HEALTH, WAITING].contains(&path));
        entries.into_iter().filter(generated).collect()
    }

    /// What became of the request that has just been answered. Waits until as many gateways have written about it as
    /// `expected` says.
    pub fn ending(&mut self, answer: &Response, method: &str, expected: &Ending) -> Ending {
        let started = Instant::now();
        let mut new = self.new_entries();
        while new.len() < expected.hops.len() && started.elapsed() < LOG_LIMIT {
            std::thread::sleep(Duration::from_millis(1));
            new = self.new_entries();
        }
        for (cluster, _) in &new {
            *self.read.entry(cluster).or_default() += 1;
        }
        // The one that forwards writes its line when the other has answered.
        new.sort_by_key(|(_, entry)| !entry.decision.as_deref().is_some_and(|said| said.starts_with("forward:")));
        let last = new.last().and_then(|(cluster, entry)| self.upstreams[cluster].get(entry.answered_by()?));
        let said = seen(answer);
        let by = match (last, &said) {
            (Some(identity), _) => By::Service(identity.clone()),
            (None, Seen::Gateway(..)) => By::Gateway,
            (None, Seen::Door(..)) => By::Door,
            (None, _) => {
                if new.is_empty() {
                    By::Door
                } else {
                    By::Gateway
                }
            }
        };
        let code = match said {
            Seen::Door(_, code) | Seen::Gateway(_, code) => Some(code).filter(|_| method != "HEAD"),
            Seen::Served(_) | Seen::Other(..) => None,
        };
        let hops = new.into_iter().map(|(cluster, entry)| (cluster.to_owned(), entry.decision)).collect();
        Ending { status: answer.status, code, by, hops, anywhere: false }
    }

    fn new_entries(&self) -> Vec<(&'static str, Entry)> {
        let of = |cluster: &'static str| {
            let read = self.read.get(cluster).copied().unwrap_or_default();
            self.entries(cluster).into_iter().skip(read).map(move |entry| (cluster, entry))
        };
        CLUSTERS.into_iter().flat_map(of).collect()
    }
}
