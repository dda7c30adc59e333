//! What the cross-crate tests share.

pub mod aws;
pub mod bench;
pub mod demo;
pub mod dice;
pub mod door;
pub mod envoy;
pub mod host;
pub mod phoenix;
pub mod policy;
pub mod process;
pub mod sink;
pub mod watch;
