//! The front door's configuration, one file per load balancer.

mod aws_alb;
mod envoy;
mod haproxy;
mod nginx;
mod pattern;
mod probe;
mod unavailable;

use crate::emit::Artifacts;
use crate::plan::door::DoorPlan;
use crate::policy::{DoorKind, Policy};

/// Directory of the front door, below the output directory.
pub const DIR: &str = "front-door";

/// The files of one load balancer: paths below its own directory, and texts.
type Emitter = fn(&DoorPlan) -> Vec<(String, String)>;

/// Each kind's directory and emitter.
const EMITTERS: &[(DoorKind, &str, Emitter)] = &[
    (DoorKind::Nginx, "nginx", nginx::emit),
    (DoorKind::Haproxy, "haproxy", haproxy::emit),
    (DoorKind::Envoy, "envoy", envoy::emit),
    (DoorKind::AwsAlb, "aws-alb", aws_alb::emit),
];

/// Adds the files of every load balancer that the policy asks for.
pub fn emit(policy: &Policy, plan: &DoorPlan, artifacts: &mut Artifacts) {
    let asked =
        |kind: &DoorKind| policy.ingress.front_door.iter().flat_map(|door| &door.kinds).any(|it| it.value == *kind);
    for (_, directory, emit) in EMITTERS.iter().filter(|(kind, ..)| asked(kind)) {
        for (path, text) in emit(plan) {
            artifacts.add(format!("{DIR}/{directory}/{path}"), text);
        }
    }
}
