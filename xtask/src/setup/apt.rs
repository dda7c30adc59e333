//! Debian packages: installed as root or through `sudo -n`, or unpacked by anybody.

use crate::error::{Error, Result};
use crate::process;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Installs Debian packages; without the means to, the error says what to do by hand.
pub fn install(packages: &[&str], otherwise: &str) -> Result<()> {
    if process::on_path("apt-get").is_none() {
        return Err(Error::new(format!("`{}`: no apt-get on this machine", packages.join(" "))).help(otherwise));
    }
    if process::output(&mut apt_get(&["--version"])).is_none() {
        let by_hand = format!("run `sudo apt-get install {}` once, or: {otherwise}", packages.join(" "));
        return Err(Error::new("installing Debian packages needs root, and `sudo -n` is not allowed").help(by_hand));
    }
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(packages);
    if process::run(&mut apt_get(&install)).is_err() {
        // A fresh container has no package lists, and old lists name packages that are gone.
        process::run(&mut apt_get(&["update"]))?;
        process::run(&mut apt_get(&install)).map_err(|error| error.help(otherwise))?;
    }
    Ok(())
}

/// Unpacks a package's files into the directory `home`, without what installing it would set up and start.
pub fn unpack(package: &str, home: &Path, otherwise: &str) -> Result<()> {
    if process::on_path("apt-get").is_none() {
        return Err(Error::new(format!("`{package}`: no apt-get on this machine")).help(otherwise));
    }
    fs::create_dir_all(home).map_err(|error| Error::file(home, &error))?;
    let download = || process::run(Command::new("apt-get").args(["-q", "download", package]).current_dir(home));
    if download().is_err() {
        process::run(&mut apt_get(&["update"]))?;
        download().map_err(|error| error.help(otherwise))?;
    }
    for entry in fs::read_dir(home).map_err(|error| Error::file(home, &error))? {
        let file = entry.map_err(|error| Error::file(home, &error))?.path();
        if file.extension().is_some_and(|extension| extension == "deb") {
            process::run(Command::new("dpkg-deb").arg("--extract").arg(&file).arg(home))?;
            fs::remove_file(&file).map_err(|error| Error::file(&file, &error))?;
        }
    }
    Ok(())
}

/// The libraries that a package depends on.
pub fn libraries(package: &str) -> Vec<String> {
    let depends = process::output(Command::new("apt-cache").args(["depends", package])).unwrap_or_default();
    let names = depends.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    names.filter(|name| name.starts_with("lib")).map(str::to_owned).collect()
}

fn apt_get(args: &[&str]) -> Command {
    let is_root = process::output(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    let mut command = if is_root {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "apt-get"]);
        sudo
    };
    command.args(["-o", "DPkg::Lock::Timeout=300", "-q"]).args(args).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
