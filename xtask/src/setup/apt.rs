//! Debian packages, as root or through `sudo -n`.

use crate::error::{Error, Result};
use crate::process;
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
