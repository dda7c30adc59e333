//! NGINX and HAProxy, which the tests start as front doors. Nothing here starts them as services.

use super::{Part, apt};
use crate::process;
use std::path::{Path, PathBuf};
use std::process::Command;

/// NGINX.
pub const NGINX: Part = Part {
    name: "NGINX",
    found: || found("nginx"),
    plan: "Debian's nginx",
    install: || apt::install(&["nginx"], "put nginx 1.22 or newer on PATH"),
};

/// HAProxy.
pub const HAPROXY: Part = Part {
    name: "HAProxy",
    found: || found("haproxy"),
    plan: "Debian's haproxy",
    install: || apt::install(&["haproxy"], "put haproxy 2.6 or newer on PATH"),
};

/// A program that says its version, on `PATH` or where Debian has it, which is not on everybody's.
fn found(program: &str) -> Option<String> {
    let debian = Path::new("/usr/sbin").join(program);
    let path: PathBuf = process::on_path(program).or_else(|| process::is_program(&debian).then_some(debian))?;
    process::output(Command::new(&path).arg("-v"))?;
    Some(path.display().to_string())
}
