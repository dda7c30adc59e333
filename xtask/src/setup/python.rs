//! Python with pip, and environments of packages from PyPI.

use super::apt;
use crate::error::{Error, Result};
use crate::{process, workspace};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A virtual environment: packages, each of an exact version.
pub struct Environment {
    /// The folder below `target/tools`.
    pub folder: &'static str,
    /// The version of what it is for.
    pub version: &'static str,
    /// Every package with the hashes of its files, as pip takes it.
    pub lock: &'static str,
    /// Tries it out, which also compiles what it uses, so that every start after it is quick.
    pub try_out: fn(&Path) -> Result<()>,
}

/// The copy of the lock that an environment was made from.
const MADE_FROM: &str = "requirements.txt";

impl Environment {
    /// Its folder below `target/tools`, if the environment is whole.
    pub fn found(&self) -> Option<String> {
        self.is_whole(&self.home()).then(|| format!("{} in target/tools/{}", self.version, self.folder))
    }

    /// Makes it.
    pub fn install(&self) -> Result<()> {
        let base = at_hand()?;
        let place = self.home();
        let folder = place.parent().unwrap_or(&place);
        fs::create_dir_all(folder).map_err(at(folder))?;
        // Made in a folder of its own and moved into place at the end, so that what is in place is whole. Nothing in it
        // but the scripts in `bin` minds the move, and those are not used.
        let stage = tempfile::Builder::new().prefix(".fetch-").tempdir_in(folder).map_err(at(folder))?;
        let environment = stage.path().join(self.version);
        // Without pip, since Debian keeps that part of `venv` in a package; any pip can install into another environment.
        process::run(Command::new(&base).args(["-m", "venv", "--without-pip"]).arg(&environment))?;
        let lock = environment.join(MADE_FROM);
        fs::write(&lock, self.lock).map_err(at(&lock))?;
        let mut pip = Command::new(&base);
        pip.args(["-m", "pip", "--python"]).arg(python_of(&environment));
        pip.args(["install", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--no-compile"]);
        process::run(pip.arg("--requirement").arg(&lock))?;
        (self.try_out)(&environment)?;
        if place.exists() && !self.is_whole(&place) {
            fs::remove_dir_all(&place).map_err(at(&place))?;
        }
        match fs::rename(&environment, &place) {
            // Another setup was quicker; its copy has passed the same checks.
            Err(_) if self.is_whole(&place) => Ok(()),
            outcome => outcome.map_err(at(&place)),
        }
    }

    /// `target/tools/FOLDER/VERSION`.
    fn home(&self) -> PathBuf {
        workspace::tools().join(self.folder).join(self.version)
    }

    /// Whether the environment was made from this very lock, and its Python is still on the machine.
    fn is_whole(&self, environment: &Path) -> bool {
        fs::read_to_string(environment.join(MADE_FROM)).is_ok_and(|lock| lock == self.lock)
            && process::is_program(&python_of(environment))
    }
}

/// The Python of an environment.
pub fn python_of(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |error| Error::file(&path, &error)
}

/// The minor versions of Python 3 that the locks cover, the best first.
const MINORS: [u32; 4] = [11, 12, 13, 14];

/// A Python 3.11 to 3.14 that has `venv` and pip; Debian's, where the machine has none.
fn at_hand() -> Result<PathBuf> {
    if let Some(python) = find() {
        return Ok(python);
    }
    let otherwise = "put a Python 3.11, 3.12, 3.13 or 3.14 with pip on PATH; Phoenix runs on no other";
    apt::install(&["python3", "python3-pip"], otherwise)?;
    find().ok_or_else(|| Error::new("no Python here is from 3.11 to 3.14").help(otherwise))
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
    fn the_locks_cover_python_3_11_to_3_14() {
        for good in ["3 11", "3 12", "3 13", "3 14"] {
            assert!(super::is_supported(good), "{good}");
        }
        for bad in ["3 10", "3 15", "2 11", "3 1", ""] {
            assert!(!super::is_supported(bad), "{bad}");
        }
    }
}
