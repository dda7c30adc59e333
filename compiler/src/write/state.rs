//! What earlier runs wrote: `.tenantry/state.json`.

use super::WriteError;
use super::apply::replace;
use super::place::{Found, look};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::path::Path;

/// Directory of the state, below the output directory.
pub const STATE_DIR: &str = ".tenantry";
const STATE_FILE: &str = ".tenantry/state.json";
const VERSION: u32 = 1;

/// What earlier runs left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct State {
    version: u32,
    policy: String,
    /// SHA-256 of each file as the last finished run left it.
    pub files: BTreeMap<String, String>,
    /// SHA-256 of what unfinished runs had begun to write; empty once a run has finished.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pending: BTreeMap<String, BTreeSet<String>>,
}

impl State {
    /// The state of `dir`, empty when no run has been there.
    ///
    /// # Errors
    /// When it cannot be read, or was not written by this version.
    pub fn load(dir: &Path) -> Result<Self, WriteError> {
        let Found::File(bytes) = look(dir, STATE_FILE)? else { return Ok(Self::default()) };
        let malformed = |reason: String| WriteError::State { path: dir.join(STATE_FILE), reason };
        let state: Self = serde_json::from_slice(&bytes).map_err(|error| malformed(error.to_string()))?;
        if state.version != VERSION {
            return Err(malformed(format!("version {} is not {VERSION}", state.version)));
        }
        Ok(state)
    }

    /// Saves the state as `policy`'s.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&mut self, dir: &Path, policy: &str) -> Result<(), WriteError> {
        policy.clone_into(&mut self.policy);
        self.version = VERSION;
        let path = dir.join(STATE_FILE);
        let mut text = serde_json::to_string_pretty(self)
            .map_err(|error| WriteError::State { path: path.clone(), reason: error.to_string() })?;
        text.push('\n');
        replace(&path, text.as_bytes())
    }

    /// # Errors
    /// When the state is another policy's.
    pub fn belongs_to(&self, dir: &Path, policy: &str) -> Result<(), WriteError> {
        if self.version == 0 || self.policy == policy {
            return Ok(());
        }
        Err(WriteError::OtherPolicy { dir: dir.to_owned(), other: self.policy.clone() })
    }

    /// Whether some run wrote a file with this digest to this path.
    pub fn wrote(&self, path: &str, digest: &str) -> bool {
        self.files.get(path).is_some_and(|own| own == digest)
            || self.pending.get(path).is_some_and(|own| own.contains(digest))
    }

    /// Whether some run wrote to this path.
    pub fn knows(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.pending.contains_key(path)
    }

    /// Every path that some run wrote to, in order.
    pub fn paths(&self) -> BTreeSet<&str> {
        self.files.keys().chain(self.pending.keys()).map(String::as_str).collect()
    }
}

/// Keeps other runs out of `dir` until it is dropped. Creates the directory.
///
/// # Errors
/// When another run holds it, or the directory cannot be made.
pub fn lock(dir: &Path) -> Result<File, WriteError> {
    let state_dir = dir.join(STATE_DIR);
    look(dir, STATE_DIR)?;
    fs::create_dir_all(&state_dir).map_err(WriteError::io(&state_dir))?;
    let opened = File::open(&state_dir).map_err(WriteError::io(&state_dir))?;
    match opened.try_lock() {
        Ok(()) => Ok(opened),
        Err(TryLockError::WouldBlock) => Err(WriteError::Busy(dir.to_owned())),
        Err(TryLockError::Error(error)) => Err(WriteError::io(&state_dir)(error)),
    }
}
