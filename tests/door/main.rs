//! The compiled front doors, real ones, before two real clusters.

mod again;
mod agreement;
mod aws_alb;
mod bypass;
mod certificates;
mod edges;
mod failover;
mod loops;
mod many;
mod moves;
mod refusals;
mod reload;
mod routing;
mod streams;
mod versions;

use tenantry_tests::door::seen;
