//! Rules about the Application Load Balancer of AWS: what it needs, and what it cannot hold.

mod case_collision;
mod failover;
mod idle;
mod over_quota;
mod settings_missing;
mod settings_unused;
mod targets_missing;
mod targets_shared;
mod too_long;

use super::Check;
use crate::policy::{Alb, DoorKind, FrontDoor, Policy};
use crate::source::{Span, Spanned};

/// The rules, in the order of their codes.
pub static CHECKS: &[Check] = &[
    Check { rule: &settings_missing::RULE, run: settings_missing::check },
    Check { rule: &settings_unused::RULE, run: settings_unused::check },
    Check { rule: &targets_missing::RULE, run: targets_missing::check },
    Check { rule: &targets_shared::RULE, run: targets_shared::check },
    Check { rule: &over_quota::RULE, run: over_quota::check },
    Check { rule: &case_collision::RULE, run: case_collision::check },
    Check { rule: &failover::RULE, run: failover::check },
    Check { rule: &idle::RULE, run: idle::check },
    Check { rule: &too_long::RULE, run: too_long::check },
];

/// The front door and the place that asks for an ALB, if one does.
fn asked(policy: &Policy) -> Option<(&FrontDoor, Span)> {
    let door = policy.ingress.front_door.as_ref()?;
    let kind = door.kinds.iter().find(|kind| kind.value == DoorKind::AwsAlb)?;
    Some((door, kind.span))
}

/// The settings of an ALB that is asked for, and the place that asks for it.
fn settings(policy: &Policy) -> Option<(&Spanned<Alb>, Span)> {
    let (door, kind) = asked(policy)?;
    Some((door.alb.as_ref()?, kind))
}
