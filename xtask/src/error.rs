//! What a task says when it cannot go on.

use std::fmt;
use std::io;
use std::path::Path;

/// One failure: what happened, and where known a way out.
#[derive(Debug)]
pub struct Error {
    message: String,
    help: Option<String>,
}

/// The result of everything here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A failure with nothing to advise.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// A failed file operation on `path`.
    pub fn file(path: &Path, error: &io::Error) -> Self {
        Self::new(format!("`{}`: {error}", path.display()))
    }

    /// Adds the way out.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}
