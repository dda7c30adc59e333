//! Real Arize Phoenix for tests: found, started on free loopback ports, read by its REST API, ended on drop.

mod api;
mod model;
pub mod otlp;
mod server;

pub use api::Api;
pub use model::{Context, Project, Session, Span, Trace};
pub use server::Phoenix;

use crate::envoy::workspace;
use std::path::PathBuf;

/// The version that `cargo xtask setup` installs.
pub const VERSION: &str = "20.26.1";

/// Names another Python environment that holds Phoenix, to run the tests with another version of it.
pub const ENVIRONMENT: &str = "TENANTRY_PHOENIX";

/// The Python that runs Phoenix.
///
/// # Errors
/// When it is missing, saying how to get it.
pub fn python() -> Result<PathBuf, String> {
    let environment = std::env::var_os(ENVIRONMENT).map(PathBuf::from);
    let environment = environment.unwrap_or_else(|| workspace().join("target/tools/phoenix").join(VERSION));
    let python = environment.join("bin/python");
    if python.is_file() {
        return Ok(python);
    }
    Err(format!("there is no Phoenix in {}; run `cargo xtask setup`", environment.display()))
}
