//! NGINX and HAProxy, which the tests start as front doors.
//!
//! Debian's packages are unpacked, not installed: installing them would start them as services.

use super::{Part, apt};
use crate::error::Result;
use crate::{process, workspace};
use std::path::{Path, PathBuf};
use std::process::Command;

/// NGINX.
pub const NGINX: Part = Part {
    name: "NGINX",
    found: || program("nginx").map(|path| path.display().to_string()),
    plan: "Debian's nginx, unpacked into target/tools/nginx",
    install: || install("nginx", "put nginx 1.22 or newer on PATH"),
};

/// HAProxy.
pub const HAPROXY: Part = Part {
    name: "HAProxy",
    found: || program("haproxy").map(|path| path.display().to_string()),
    plan: "Debian's haproxy, unpacked into target/tools/haproxy, and the libraries that it needs",
    install: || install("haproxy", "put haproxy 2.6 or newer on PATH"),
};

/// Where Debian's packages have servers, which is not on everybody's `PATH`.
const SBIN: &str = "usr/sbin";

/// One that runs: on `PATH`, installed, or unpacked.
fn program(name: &str) -> Option<PathBuf> {
    let installed = Path::new("/").join(SBIN).join(name);
    let unpacked = home(name).join(SBIN).join(name);
    let runs = |path: &PathBuf| process::output(Command::new(path).arg("-v")).is_some();
    process::on_path(name).into_iter().chain([installed, unpacked]).find(runs)
}

fn home(name: &str) -> PathBuf {
    workspace::tools().join(name)
}

fn install(package: &str, otherwise: &str) -> Result<()> {
    apt::unpack(package, &home(package), otherwise)?;
    match program(package) {
        Some(_) => Ok(()),
        None => apt::install(&apt::libraries(package).iter().map(String::as_str).collect::<Vec<_>>(), otherwise),
    }
}
