//! HAProxy as a front door.

use super::balancer::Balancer;
use super::process::{Process, program};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long a reload may take.
const RELOAD_LIMIT: Duration = Duration::from_secs(60);
/// How long a master takes from saying that it is ready to waiting for signals; it takes a millisecond or two.
const SETTLED: Duration = Duration::from_millis(100);
/// What the master says once the new worker has read its files.
const LOADED: &str = "Loading success.";
/// What the old worker says once it takes no more connections.
const STOPPED: &str = ": Proxy _https stopped";

/// HAProxy.
#[derive(Debug)]
pub struct Haproxy;

impl Balancer for Haproxy {
    fn folder(&self) -> &'static str {
        "haproxy"
    }

    fn sees_duplicates(&self) -> bool {
        true
    }

    fn settle(&self, text: String, _home: &Path) -> String {
        // Only root can become somebody else, and where nobody installed HAProxy there is no such user.
        text.replace("    user haproxy\n    group haproxy\n", "")
    }

    fn command(&self, home: &Path) -> Command {
        let mut command = Command::new(program("haproxy"));
        command.arg("-W").arg("-f").arg(home.join("haproxy.cfg"));
        command
    }

    fn reload(&self, _home: &Path, process: &mut Process) {
        // A master that has only just begun to wait for signals notices the first one when the second comes.
        wait(process, |[loaded, _]| loaded > 0);
        std::thread::sleep(SETTLED);
        let before = said(process);
        process.signal("USR2");
        wait(process, |[loaded, stopped]| loaded > before[0] && stopped > before[1]);
    }
}

/// How often it has said what.
fn said(process: &Process) -> [usize; 2] {
    [LOADED, STOPPED].map(|what| process.log().matches(what).count())
}

fn wait(process: &Process, until: impl Fn([usize; 2]) -> bool) {
    let started = Instant::now();
    while !until(said(process)) {
        assert!(started.elapsed() < RELOAD_LIMIT, "HAProxy does not reload:\n{}", process.log());
        std::thread::sleep(Duration::from_millis(5));
    }
}
