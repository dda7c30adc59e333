//! Why the output could not be written.

use std::io;
use std::path::{Path, PathBuf};

/// Why a run wrote nothing, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system said no.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Things that this tool did not write stand where its own would go.
    #[error("not written by tenantry, and in the way: {}", list(.0))]
    InTheWay(Vec<String>),
    /// Files of an earlier run were changed since.
    #[error("changed since tenantry wrote it: {}", list(.0))]
    ChangedByHand(Vec<String>),
    /// A symbolic link, or another thing that is neither file nor directory, below the output directory.
    #[error("`{}` is a symbolic link or a special file; tenantry writes only to files and directories", .0.display())]
    NotAFile(PathBuf),
    /// A file, or a link to nothing, stands where the output directory would be.
    #[error("`{}` is not a directory, so nothing can be written there", .0.display())]
    NotADirectory(PathBuf),
    /// An artifact's path leaves the output directory.
    #[error("`{0}` is not a path below the output directory")]
    Outside(String),
    /// The state file cannot be read.
    #[error("`{}` is malformed: {reason}", path.display())]
    State {
        /// The state file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The directory holds another policy's output.
    #[error("`{}` holds the output of the policy `{other}`", dir.display())]
    OtherPolicy {
        /// The output directory.
        dir: PathBuf,
        /// The policy it belongs to.
        other: String,
    },
    /// Another run is at work in the directory.
    #[error("another run of tenantry is writing to `{}`", .0.display())]
    Busy(PathBuf),
}

impl WriteError {
    /// An error of the system at `path`.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    /// Whether the directory's content is to blame, rather than the system.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        !matches!(self, Self::Io { .. })
    }

    /// A way out, where there is one to name.
    #[must_use]
    pub const fn help(&self) -> Option<&'static str> {
        match self {
            Self::InTheWay(_) => Some("move it away, or choose another `--out`"),
            Self::ChangedByHand(_) => Some("bring the change into the policy and delete the file, then compile again"),
            Self::OtherPolicy { .. } => Some("choose another `--out`, or delete the directory"),
            Self::State { .. } => Some("restore it from version control, or delete the output directory"),
            Self::NotAFile(_) => Some("replace it by a file or a directory, or choose another `--out`"),
            Self::NotADirectory(_) => Some("name a directory with `--out`; it is made if it is not there"),
            Self::Io { .. } | Self::Outside(_) | Self::Busy(_) => None,
        }
    }
}

fn list(paths: &[String]) -> String {
    paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
}
