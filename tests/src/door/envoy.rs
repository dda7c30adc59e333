//! Envoy as a front door.

use super::balancer::Balancer;
use super::process::Process;
use crate::envoy::{LATEST, binary};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a reload may take.
const RELOAD_LIMIT: Duration = Duration::from_secs(60);
/// What Envoy reads again, in the order in which new files are moved into place.
const FILES: [&str; 4] = ["clusters.yaml", "secrets.yaml", "listeners.yaml", "routes.json"];
/// When Envoy last took what it reads, in milliseconds of the Unix epoch.
const TAKEN: [&str; 3] =
    ["cluster_manager.cds.update_time", "listener_manager.lds.update_time", "http.https.rds.tenants.update_time"];
/// The socket of its admin interface, which only these tests have.
const ADMIN: &str = "admin.sock";

/// Envoy of one of the versions in [`VERSIONS`](crate::envoy::VERSIONS).
#[derive(Debug)]
pub struct Envoy(pub &'static str);

impl Envoy {
    /// The newest.
    pub const LATEST: Self = Self(LATEST);
}

impl Balancer for Envoy {
    fn folder(&self) -> &'static str {
        "envoy"
    }

    fn sees_duplicates(&self) -> bool {
        true
    }

    fn settle(&self, text: String, home: &Path) -> String {
        if !text.contains("\ndynamic_resources:\n") {
            return text;
        }
        format!("{text}admin: {{address: {{pipe: {{path: \"{}\"}}}}}}\n", home.join(ADMIN).display())
    }

    fn command(&self, home: &Path) -> Command {
        let mut command = Command::new(binary(self.0));
        // Several of them run at once on one machine, and leave nothing in its shared memory.
        command.args(["-c", "envoy.yaml", "--concurrency", "2", "--disable-hot-restart"]).current_dir(home);
        command
    }

    fn reload(&self, home: &Path, process: &mut Process) {
        for file in FILES {
            renew(home, file, file);
        }
        // What is taken after this moment is what is in place now; one more move has Envoy look.
        std::thread::sleep(Duration::from_millis(2));
        let moved = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
        std::thread::sleep(Duration::from_millis(2));
        renew(home, FILES[0], "moved");
        let started = Instant::now();
        while !TAKEN.iter().all(|name| statistic(home, name).is_some_and(|at| at > moved)) {
            assert!(started.elapsed() < RELOAD_LIMIT, "Envoy does not take its files:\n{}", process.log());
            std::thread::sleep(Duration::from_millis(5));
        }
        // The workers have it as soon as they have done what they were at.
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Moves what a file holds into the place of another.
fn renew(home: &Path, from: &str, to: &str) {
    let next = home.join("next");
    std::fs::copy(home.join(from), &next).expect("copied");
    std::fs::rename(next, home.join(to)).expect("renamed");
}

fn statistic(home: &Path, name: &str) -> Option<u128> {
    let mut admin = UnixStream::connect(home.join(ADMIN)).ok()?;
    let request = format!("GET /stats?filter=^{name}$ HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n");
    admin.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    admin.read_to_string(&mut answer).ok()?;
    let value = answer.split(&format!("{name}: ")).nth(1)?;
    value.lines().next()?.trim().parse().ok()
}
