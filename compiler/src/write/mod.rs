//! Puts artifacts into a directory, and knows afterwards which files are its own.
//!
//! - A file is written beside its place and renamed into it, so that no reader ever sees half of one.
//! - `.tenantry/state.json` lists every file with its digest. Files that an earlier run wrote and this one does not
//!   need are removed. It also says what a run is about to write before it begins, so that the run after a crash knows
//!   its own files again.
//! - Files that it did not write are never touched. One in the way, or one of its own that somebody changed by
//!   hand, is an error before anything is written.
//! - Nothing below the directory is reached through a symbolic link.

mod apply;
mod compare;
mod error;
mod place;
mod state;

pub use compare::Differences;
pub use error::WriteError;

use crate::emit::Artifacts;
use state::State;
use std::path::Path;

/// Which part of the directory a run answers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    Everything,
    /// What is below these top-level directories; the rest stays as it is.
    Below(Vec<String>),
}

impl Scope {
    fn covers(&self, path: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Below(tops) => tops.iter().any(|top| path.split('/').next() == Some(top)),
        }
    }
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files written, new or changed.
    pub written: Vec<String>,
    /// How many files already were as they should be.
    pub unchanged: usize,
    /// Files removed.
    pub removed: Vec<String>,
}

/// What [`write()`] would change in `dir`. Touches nothing.
///
/// # Errors
/// When `dir` cannot be read, its state is malformed or belongs to another policy, or a symbolic link is in the way.
pub fn check(dir: &Path, policy: &str, artifacts: &Artifacts, scope: &Scope) -> Result<Differences, WriteError> {
    place::directory(dir)?;
    let state = State::load(dir)?;
    state.belongs_to(dir, policy)?;
    compare::compare(dir, &state, artifacts, scope)
}

/// Makes `dir` hold `artifacts` as far as `scope` goes, creating it if need be.
///
/// # Errors
/// As [`check`]; also when another run is at work, when a file that is not ours is in the way, and when a file of ours
/// was changed by hand: then nothing was written. After an error while writing, the next run picks up.
pub fn write(dir: &Path, policy: &str, artifacts: &Artifacts, scope: &Scope) -> Result<Summary, WriteError> {
    // Looked at before the lock creates anything, so that a refusal leaves no trace.
    check(dir, policy, artifacts, scope)?.refuse_conflicts()?;
    let _lock = state::lock(dir)?;
    let state = State::load(dir)?;
    state.belongs_to(dir, policy)?;
    let differences = compare::compare(dir, &state, artifacts, scope)?;
    differences.refuse_conflicts()?;
    apply::apply(dir, policy, state, artifacts, scope, differences)
}

#[cfg(test)]
mod tests;
