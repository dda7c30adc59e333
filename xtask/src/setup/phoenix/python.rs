//! A Python that Phoenix runs on, with pip.

use crate::error::{Error, Result};
use crate::process;
use crate::setup::apt;
use std::path::PathBuf;
use std::process::Command;

/// The minor versions of Python 3 that the lock covers, the best first.
const MINORS: [u32; 4] = [11, 12, 13, 14];

/// A Python 3.11 to 3.14 that has `venv` and pip; Debian's, where the machine has none.
pub fn at_hand() -> Result<PathBuf> {
    if let Some(python) = find() {
        return Ok(python);
    }
    let otherwise = "put a Python 3.11, 3.12, 3.13 or 3.14 with pip on PATH; Phoenix runs on no other";
    apt::install(&["python3", "python3-pip"], otherwise)?;
    find().ok_or_else(|| Error::new("no Python here is one that Phoenix runs on").help(otherwise))
}

fn find() -> Option<PathBuf> {
    let named = MINORS.map(|minor| format!("python3.{minor}"));
    let names = ["python3"].into_iter().chain(named.iter().map(String::as_str));
    names.filter_map(process::on_path).find(|python| {
        let version = ["-c", "import sys, venv; print(*sys.version_info[:2])"];
        process::output(Command::new(python).args(version)).is_some_and(|version| is_supported(&version))
            && process::output(Command::new(python).args(["-m", "pip", "--version"])).is_some()
    })
}

/// Whether `MAJOR MINOR` is a version of [`MINORS`].
fn is_supported(version: &str) -> bool {
    MINORS.iter().any(|minor| version == format!("3 {minor}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn phoenix_runs_on_python_3_11_to_3_14() {
        for good in ["3 11", "3 12", "3 13", "3 14"] {
            assert!(super::is_supported(good), "{good}");
        }
        for bad in ["3 10", "3 15", "2 11", "3 1", ""] {
            assert!(!super::is_supported(bad), "{bad}");
        }
    }
}
