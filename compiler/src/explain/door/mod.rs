//! What a front door does with one request: a model of the configuration that is compiled for it.
//!
//! Pure: the plan, the load balancer, which clusters are down, and the request. Load balancers differ in what they can see
//! of a request and in the order in which they look, so each has a file of its own, beside its emitter's in kind.

mod aws_alb;
mod envoy;
mod haproxy;
mod nginx;
mod passage;

pub use passage::{End, Passage, Step};

use super::Asked;
use crate::plan::door::{DoorPlan, Refusal};
use crate::policy::DoorKind;
use passage::{Ended, Target};

/// A load balancer, as far as versions of one kind differ in what they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// NGINX 1.23 or newer.
    Nginx,
    /// NGINX before 1.23, which shows its configuration the first of several headers of one name only.
    OlderNginx,
    /// HAProxy.
    Haproxy,
    /// The Application Load Balancer of AWS.
    AwsAlb,
    /// An Envoy in front of the clusters.
    Envoy,
}

impl Via {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Nginx, Self::OlderNginx, Self::Haproxy, Self::AwsAlb, Self::Envoy];

    /// The kind, as a policy asks for it.
    #[must_use]
    pub const fn kind(self) -> DoorKind {
        match self {
            Self::Nginx | Self::OlderNginx => DoorKind::Nginx,
            Self::Haproxy => DoorKind::Haproxy,
            Self::AwsAlb => DoorKind::AwsAlb,
            Self::Envoy => DoorKind::Envoy,
        }
    }

    /// Its name: that of the kind, and a version where it matters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OlderNginx => "nginx-1.22",
            Self::Nginx | Self::Haproxy | Self::AwsAlb | Self::Envoy => self.kind().as_str(),
        }
    }
}

/// A front door.
#[derive(Clone, Debug)]
pub struct Door {
    plan: DoorPlan,
    via: Via,
    down: Vec<String>,
}

impl Door {
    /// A front door before clusters of which those in `down` do not work.
    #[must_use]
    pub const fn new(plan: DoorPlan, via: Via, down: Vec<String>) -> Self {
        Self { plan, via, down }
    }

    /// The load balancer.
    #[must_use]
    pub const fn via(&self) -> Via {
        self.via
    }

    /// What it is told.
    #[must_use]
    pub const fn plan(&self) -> &DoorPlan {
        &self.plan
    }

    /// Whether a cluster works.
    #[must_use]
    pub fn works(&self, cluster: &str) -> bool {
        self.down.iter().all(|down| down != cluster)
    }

    /// What it makes of a request.
    #[must_use]
    pub fn pass(&self, asked: &Asked) -> Passage<'_> {
        let mut passage = Passage::new(asked);
        let read = match self.via {
            Via::Nginx => nginx::read(&self.plan, nginx::Copies::Joined, asked, &mut passage),
            Via::OlderNginx => nginx::read(&self.plan, nginx::Copies::First, asked, &mut passage),
            Via::Haproxy => haproxy::read(&self.plan, asked, &mut passage),
            Via::AwsAlb => aws_alb::read(&self.plan, asked, &mut passage),
            Via::Envoy => envoy::read(&self.plan, asked, &mut passage),
        };
        let end = read.and_then(|target| self.choose(&target, &mut passage));
        passage.end(end);
        passage
    }

    /// The first of the way that works.
    fn choose<'d>(&'d self, target: &Target<'d>, passage: &mut Passage<'d>) -> Result<End<'d>, Ended> {
        let clusters: Vec<&str> = match target {
            Target::Any => self.plan.clusters.iter().map(|cluster| cluster.name.as_str()).collect(),
            Target::Way(way) => way.clusters.iter().map(String::as_str).collect(),
        };
        passage.way.clone_from(&clusters);
        for name in clusters {
            let Some(cluster) = self.plan.clusters.iter().find(|cluster| cluster.name == name) else { continue };
            if self.works(name) {
                passage.steps.push(Step::To(name));
                return Ok(End::Send(cluster));
            }
            passage.steps.push(Step::Down(name));
        }
        Err(Ended::Refused(Refusal::ClusterUnavailable))
    }
}
