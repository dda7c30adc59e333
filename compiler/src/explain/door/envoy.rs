//! An Envoy front proxy.

use super::haproxy;
use super::passage::{Ended, Passage, Target};
use crate::explain::Asked;
use crate::plan::door::DoorPlan;

/// It sees what HAProxy sees, every header and the path as it came, and looks in the same order.
pub(super) fn read<'d>(plan: &'d DoorPlan, asked: &Asked, passage: &mut Passage<'d>) -> Result<Target<'d>, Ended> {
    haproxy::read(plan, asked, passage)
}
