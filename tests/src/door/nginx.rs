//! NGINX as a front door.

use super::balancer::Balancer;
use super::process::{Process, program};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long a reload may take.
const RELOAD_LIMIT: Duration = Duration::from_secs(60);
/// From here on NGINX joins headers of one name.
const JOINS_HEADERS: [u32; 2] = [1, 23];

/// NGINX.
#[derive(Debug)]
pub struct Nginx;

impl Balancer for Nginx {
    fn folder(&self) -> &'static str {
        "nginx"
    }

    fn sees_duplicates(&self) -> bool {
        let output = Command::new(program("nginx")).arg("-v").output().expect("nginx says its version");
        // It says `nginx version: nginx/1.22.1`, perhaps with more behind it, on standard error.
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let version = said.split("nginx/").nth(1).unwrap_or_default();
        let numbers: Vec<u32> = version.split(|c: char| !c.is_ascii_digit()).flat_map(str::parse).take(2).collect();
        assert_eq!(numbers.len(), 2, "no version in `{said}`");
        numbers.as_slice() >= JOINS_HEADERS.as_slice()
    }

    fn settle(&self, text: String, home: &Path) -> String {
        let home = home.display();
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let folders = folders.map(|name| format!("    {name}_temp_path {home}/{name};\n")).concat();
        text.replace("/var/log/nginx/", &format!("{home}/")).replacen("\nhttp {\n", &format!("\nhttp {{\n{folders}"), 1)
    }

    fn command(&self, home: &Path) -> Command {
        let mut command = nginx(home);
        command.args(["-g", &format!("daemon off; pid {}/pid;", home.display())]);
        command
    }

    fn reload(&self, home: &Path, process: &mut Process) {
        // What `nginx -s reload` does, but that command reports no error of the new files.
        let before = workers(process.id());
        process.signal("HUP");
        let started = Instant::now();
        // Old workers are told to stop accepting some time after the new ones have begun.
        let renewed = |now: Vec<u32>| !now.is_empty() && now.iter().all(|worker| !before.contains(worker));
        while !renewed(workers(process.id())) {
            let log = std::fs::read_to_string(home.join("error.log")).unwrap_or_default();
            assert!(started.elapsed() < RELOAD_LIMIT, "NGINX does not reload:\n{log}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn nginx(home: &Path) -> Command {
    let mut command = Command::new(program("nginx"));
    command.arg("-p").arg(home).arg("-c").arg(home.join("nginx.conf")).arg("-e").arg(home.join("error.log"));
    command
}

/// The process ids of the workers that take connections: those that are shutting down say so in their title.
fn workers(master: u32) -> Vec<u32> {
    let children = std::fs::read_to_string(format!("/proc/{master}/task/{master}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|id| id.parse().ok());
    children.filter(|id| !title(*id).contains("shutting down")).collect()
}

fn title(id: u32) -> String {
    std::fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default()
}
