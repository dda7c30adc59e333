//! What stands between a directory and the artifacts.

use super::place::{Found, look};
use super::state::State;
use super::{Scope, WriteError};
use crate::emit::Artifacts;
use crate::module::oci::sha256;
use std::path::Path;

/// Files that are not as they should be, each list in path order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Needed and absent.
    pub missing: Vec<String>,
    /// Ours, and to be written anew.
    pub stale: Vec<String>,
    /// Ours, and no longer needed.
    pub extra: Vec<String>,
    /// Ours, changed by hand since, and not as they should be.
    pub changed_by_hand: Vec<String>,
    /// Not ours, and where a file of ours should be.
    pub in_the_way: Vec<String>,
    /// How many files are as they should be.
    pub unchanged: usize,
}

impl Differences {
    /// Whether the directory is up to date.
    #[must_use]
    pub fn is_none(&self) -> bool {
        let lists = [&self.missing, &self.stale, &self.extra, &self.changed_by_hand, &self.in_the_way];
        lists.iter().all(|list| list.is_empty())
    }

    /// # Errors
    /// When writing would lose what somebody else wrote.
    pub(super) fn refuse_conflicts(&self) -> Result<(), WriteError> {
        if !self.in_the_way.is_empty() {
            return Err(WriteError::InTheWay(self.in_the_way.clone()));
        }
        if !self.changed_by_hand.is_empty() {
            return Err(WriteError::ChangedByHand(self.changed_by_hand.clone()));
        }
        Ok(())
    }

    fn sort(&mut self) {
        for list in
            [&mut self.missing, &mut self.stale, &mut self.extra, &mut self.changed_by_hand, &mut self.in_the_way]
        {
            list.sort();
            list.dedup();
        }
    }
}

/// Compares `dir` with what it should hold.
///
/// # Errors
/// When something cannot be read, or is reached through a symbolic link.
pub fn compare(dir: &Path, state: &State, artifacts: &Artifacts, scope: &Scope) -> Result<Differences, WriteError> {
    let mut differences = Differences::default();
    for (path, wanted) in artifacts.iter().filter(|(path, _)| scope.covers(path)) {
        match look(dir, path)? {
            Found::Nothing => differences.missing.push(path.to_owned()),
            // A file of ours that goes makes room for the directory.
            Found::Behind(file) if state.knows(&file) => differences.missing.push(path.to_owned()),
            Found::Behind(file) => differences.in_the_way.push(file),
            Found::Directory => differences.in_the_way.push(path.to_owned()),
            Found::File(bytes) if bytes == wanted => differences.unchanged += 1,
            Found::File(bytes) if state.wrote(path, &sha256(&bytes)) => differences.stale.push(path.to_owned()),
            Found::File(_) if state.knows(path) => differences.changed_by_hand.push(path.to_owned()),
            Found::File(_) => differences.in_the_way.push(path.to_owned()),
        }
    }
    for path in state.paths().into_iter().filter(|path| scope.covers(path) && artifacts.get(path).is_none()) {
        if let Found::File(bytes) = look(dir, path)? {
            let ours = state.wrote(path, &sha256(&bytes));
            let list = if ours { &mut differences.extra } else { &mut differences.changed_by_hand };
            list.push(path.to_owned());
        }
    }
    differences.sort();
    Ok(differences)
}
