//! Where the Envoy binary and the module are.

use std::env;
use std::path::{Path, PathBuf};

/// The version that `cargo xtask setup` puts under `target/tools` and `try` prefers there.
const LOCAL_ENVOY: &str = "target/tools/envoy/1.40.0/envoy";
/// Where `cargo xtask wasm` writes the module.
const LOCAL_MODULE: &str = "wasm-out/tenantry_filter.wasm";

/// A part of a local run that is not on this machine.
#[derive(Debug, thiserror::Error)]
pub enum NotFound {
    /// The named file does not exist.
    #[error("there is no {what} at `{}`", path.display())]
    Named {
        /// What was looked for.
        what: &'static str,
        /// Where.
        path: PathBuf,
    },
    /// No Envoy anywhere.
    #[error(
        "there is no Envoy: name one with `--envoy PATH` or TENANTRY_ENVOY, put `envoy` on the PATH, \
         or run `cargo xtask setup` in a clone of the project"
    )]
    Envoy,
    /// No module anywhere.
    #[error(
        "there is no filter module: name one with `--module PATH`, or run `cargo xtask wasm` in a clone of the project"
    )]
    Module,
}

/// The Envoy to run: the named one, else `TENANTRY_ENVOY`, else the `PATH`'s, else the project's own.
///
/// # Errors
/// When a named one does not exist, or there is none at all.
pub fn envoy(named: Option<&Path>) -> Result<PathBuf, NotFound> {
    if let Some(path) = named.map(Path::to_owned).or_else(|| env::var_os("TENANTRY_ENVOY").map(PathBuf::from)) {
        return existing(path, "Envoy");
    }
    let on_path = env::var_os("PATH").and_then(|path| {
        let mut candidates = env::split_paths(&path).map(|directory| directory.join("envoy"));
        candidates.find(|candidate| candidate.is_file())
    });
    on_path.or_else(|| upwards(LOCAL_ENVOY)).ok_or(NotFound::Envoy)
}

/// The module to run: the named one, else the project's own.
///
/// # Errors
/// When a named one does not exist, or there is none at all.
pub fn module(named: Option<&Path>) -> Result<PathBuf, NotFound> {
    match named {
        Some(path) => existing(path.to_owned(), "filter module"),
        None => upwards(LOCAL_MODULE).ok_or(NotFound::Module),
    }
}

fn existing(path: PathBuf, what: &'static str) -> Result<PathBuf, NotFound> {
    if path.is_file() { Ok(path) } else { Err(NotFound::Named { what, path }) }
}

/// A file of the project, when the working directory is in it.
fn upwards(file: &str) -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    here.ancestors().map(|directory| directory.join(file)).find(|candidate| candidate.is_file())
}
