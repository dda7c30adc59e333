//! Writes and removes files.

use super::compare::Differences;
use super::place::below;
use super::state::State;
use super::{Scope, Summary, WriteError};
use crate::emit::Artifacts;
use crate::module::oci::sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

const TEMPORARY_PREFIX: &str = ".tenantry-";
const TEMPORARY_SUFFIX: &str = ".tmp";

/// Brings `dir` up to date. Nothing in `differences` is a conflict.
///
/// # Errors
/// When the system says no; what is done by then stays, and the saved state knows it.
pub fn apply(
    dir: &Path,
    policy: &str,
    mut state: State,
    artifacts: &Artifacts,
    scope: &Scope,
    differences: Differences,
) -> Result<Summary, WriteError> {
    let before = state.clone();
    let in_scope = artifacts.iter().filter(|(path, _)| scope.covers(path));
    let wanted: BTreeMap<String, String> = in_scope.map(|(path, bytes)| (path.to_owned(), sha256(bytes))).collect();
    let mut written: Vec<String> = differences.missing.into_iter().chain(differences.stale).collect();
    written.sort();

    clear_temporaries(dir, state.paths().into_iter().chain(wanted.keys().map(String::as_str)))?;
    if !written.is_empty() {
        for path in &written {
            state.pending.entry(path.clone()).or_default().extend(wanted.get(path).cloned());
        }
        state.save(dir, policy)?;
    }
    // Removals first: a file may stand where a directory is to be.
    for path in &differences.extra {
        remove(dir, path)?;
    }
    write_all(dir, &written, artifacts)?;
    sync_directories(dir, written.iter().chain(&differences.extra))?;
    state.files.retain(|path, _| !scope.covers(path));
    state.files.extend(wanted);
    state.pending.retain(|path, _| !scope.covers(path));
    if state != before {
        state.save(dir, policy)?;
    }
    Ok(Summary { written, unchanged: differences.unchanged, removed: differences.extra })
}

/// Writes files, several at once: most of the time goes into waiting for the disk to have each of them.
fn write_all(dir: &Path, paths: &[String], artifacts: &Artifacts) -> Result<(), WriteError> {
    const WRITERS: usize = 8;
    let write = &|path: &String| {
        let place = below(dir, path)?;
        let parent = place.parent().unwrap_or(dir);
        fs::create_dir_all(parent).map_err(WriteError::io(parent))?;
        replace(&place, artifacts.get(path).unwrap_or_default())
    };
    thread::scope(|scope| {
        let chunks = paths.chunks(paths.len().div_ceil(WRITERS).max(1));
        let writers: Vec<_> = chunks.map(|chunk| scope.spawn(move || chunk.iter().try_for_each(write))).collect();
        let ended = writers.into_iter().map(|writer| writer.join().unwrap_or_else(|panic| resume_unwind(panic)));
        // Every writer is waited for, whichever failed.
        ended.collect::<Vec<_>>().into_iter().collect()
    })
}

/// Writes a file beside its place, then renames it into it.
///
/// # Errors
/// When the system says no; the place then still holds what it held.
pub fn replace(place: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let parent = place.parent().unwrap_or(place);
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX).suffix(TEMPORARY_SUFFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(parent).map_err(WriteError::io(parent))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(WriteError::io(file.path()))?;
    file.persist(place).map_err(|error| WriteError::io(place)(error.error))?;
    Ok(())
}

/// Removes a file, and the directories that it leaves empty.
fn remove(dir: &Path, path: &str) -> Result<(), WriteError> {
    let place = below(dir, path)?;
    fs::remove_file(&place).map_err(WriteError::io(&place))?;
    for parent in place.ancestors().skip(1).take_while(|parent| *parent != dir) {
        // Not empty: somebody still has something there.
        if fs::remove_dir(parent).is_err() {
            break;
        }
    }
    Ok(())
}

/// Removes what a run that was cut off had not renamed yet, in directories where runs write.
fn clear_temporaries<'a>(dir: &Path, paths: impl Iterator<Item = &'a str>) -> Result<(), WriteError> {
    let mut parents = BTreeSet::from([dir.join(super::state::STATE_DIR)]);
    for path in paths {
        parents.extend(below(dir, path)?.parent().map(PathBuf::from));
    }
    for parent in parents {
        let entries = match fs::read_dir(&parent) {
            Ok(entries) => entries,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => continue,
            Err(error) => return Err(WriteError::io(&parent)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(WriteError::io(&parent))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX) {
                fs::remove_file(entry.path()).map_err(WriteError::io(&entry.path()))?;
            }
        }
    }
    Ok(())
}

/// Makes renames and removals survive a power cut.
fn sync_directories<'a>(dir: &Path, paths: impl Iterator<Item = &'a String>) -> Result<(), WriteError> {
    let mut parents = BTreeSet::new();
    for path in paths {
        let place = below(dir, path)?;
        parents.extend(place.ancestors().skip(1).find(|parent| parent.is_dir()).map(PathBuf::from));
    }
    for parent in parents {
        File::open(&parent).and_then(|file| file.sync_all()).map_err(WriteError::io(&parent))?;
    }
    Ok(())
}
