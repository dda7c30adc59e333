//! Arize Phoenix, in a Python environment of its own.

mod python;

use super::Part;
use crate::error::{Error, Result};
use crate::{process, workspace};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "Phoenix",
    found: || is_whole(&home()).then(|| format!("{VERSION} in target/tools/phoenix")),
    plan: "arize-phoenix 20.26.1 and what it needs, 160 packages from PyPI, into target/tools/phoenix (710 MB, a minute)",
    install,
};

const VERSION: &str = "20.26.1";

/// Every package with its exact version and the hashes of its files.
const LOCK: &str = include_str!("requirements.txt");

/// The copy of the lock that an environment was made from.
const MADE_FROM: &str = "requirements.txt";

/// `target/tools/phoenix/VERSION`, a virtual environment.
fn home() -> PathBuf {
    workspace::tools().join("phoenix").join(VERSION)
}

fn python_of(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}

/// Whether the environment was made from this very lock, and its Python is still on the machine.
fn is_whole(environment: &Path) -> bool {
    fs::read_to_string(environment.join(MADE_FROM)).is_ok_and(|lock| lock == LOCK)
        && process::is_program(&python_of(environment))
}

fn install() -> Result<()> {
    let base = python::at_hand()?;
    let place = home();
    let folder = place.parent().unwrap_or(&place);
    fs::create_dir_all(folder).map_err(at(folder))?;
    // Made in a folder of its own and moved into place at the end, so that what is in place is whole. Nothing in it but
    // the scripts in `bin` minds the move, and those are not used.
    let stage = tempfile::Builder::new().prefix(".fetch-").tempdir_in(folder).map_err(at(folder))?;
    let environment = stage.path().join(VERSION);
    // Without pip, since Debian keeps that part of `venv` in a package; any pip can install into another environment.
    process::run(Command::new(&base).args(["-m", "venv", "--without-pip"]).arg(&environment))?;
    let lock = environment.join(MADE_FROM);
    fs::write(&lock, LOCK).map_err(at(&lock))?;
    let mut pip = Command::new(&base);
    pip.args(["-m", "pip", "--python"]).arg(python_of(&environment));
    pip.args(["install", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--no-compile"]);
    process::run(pip.arg("--requirement").arg(&lock))?;
    try_out(&environment)?;
    if place.exists() && !is_whole(&place) {
        fs::remove_dir_all(&place).map_err(at(&place))?;
    }
    match fs::rename(&environment, &place) {
        // Another setup was quicker; its copy has passed the same checks.
        Err(_) if is_whole(&place) => Ok(()),
        outcome => outcome.map_err(at(&place)),
    }
}

/// Loads all of the server once. That also compiles what it uses, so that every start after it is quick.
fn try_out(environment: &Path) -> Result<()> {
    let mut phoenix = Command::new(python_of(environment));
    phoenix.args(["-m", "phoenix.server.main", "--help"]).env_remove("PYTHONDONTWRITEBYTECODE");
    match process::output(&mut phoenix) {
        Some(_) => Ok(()),
        None => Err(Error::new(format!("the fetched Phoenix {VERSION} does not run here"))
            .help("its wheels need glibc 2.28 or newer, and a Python with SSL and SQLite")),
    }
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |error| Error::file(&path, &error)
}
