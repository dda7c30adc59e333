//! The compiled front doors, real ones, before two real clusters.

mod routing;
mod seen;
