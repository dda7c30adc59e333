//! Paths below the output directory, reached without following a symbolic link.

use super::WriteError;
use std::fs::{self, FileType};
use std::io;
use std::path::{Component, Path, PathBuf};

/// What stands at a place.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// Nothing can, for this file stands where a directory on the way would be.
    Behind(String),
    /// A file with these bytes.
    File(Vec<u8>),
    /// A directory.
    Directory,
}

/// Checks that `dir` is a directory or can become one.
///
/// # Errors
/// When it, or what it would be made in, is there and is no directory.
pub fn directory(dir: &Path) -> Result<(), WriteError> {
    // Without the slash at its end, with which the system would say of a file that it is not there.
    let dir: PathBuf = dir.components().collect();
    match dir.ancestors().find(|at| fs::symlink_metadata(at).is_ok()) {
        Some(at) if !at.is_dir() => Err(WriteError::NotADirectory(at.to_owned())),
        _ => Ok(()),
    }
}

/// The place of `path` below `dir`.
///
/// # Errors
/// When the path is absolute, empty, or has a part such as `..`.
pub fn below(dir: &Path, path: &str) -> Result<PathBuf, WriteError> {
    let normal = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if path.is_empty() || !normal || path.contains(['\\', '\0']) {
        return Err(WriteError::Outside(path.to_owned()));
    }
    Ok(dir.join(path))
}

/// Looks at `path` below `dir`.
///
/// # Errors
/// When it, or a directory on the way to it, is a symbolic link or a special file; when it cannot be read.
pub fn look(dir: &Path, path: &str) -> Result<Found, WriteError> {
    let place = below(dir, path)?;
    let parts: Vec<&str> = path.split('/').collect();
    for length in 1..=parts.len() {
        let reached = parts[..length].join("/");
        match kind(&dir.join(&reached))? {
            None => return Ok(Found::Nothing),
            Some(kind) if kind.is_file() && length < parts.len() => return Ok(Found::Behind(reached)),
            Some(kind) if kind.is_file() => return fs::read(&place).map(Found::File).map_err(WriteError::io(&place)),
            Some(_) => {}
        }
    }
    Ok(Found::Directory)
}

/// File or directory; none when there is nothing.
fn kind(at: &Path) -> Result<Option<FileType>, WriteError> {
    match fs::symlink_metadata(at) {
        Ok(metadata) if metadata.is_file() || metadata.is_dir() => Ok(Some(metadata.file_type())),
        Ok(_) => Err(WriteError::NotAFile(at.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(WriteError::io(at)(error)),
    }
}
