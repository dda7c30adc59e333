//! The front door under test: what the compiler wrote for one load balancer, run by it.

use super::client::Client;
use super::policy::{LOOPBACK, NAME};
use super::process::Process;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tenantry::emit::{Artifacts, front_door};
use tenantry::plan::door;
use tenantry::policy::Policy;

/// How long a load balancer may take until it listens, with however many tenants.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A load balancer, as far as starting it is concerned.
pub trait Balancer: Debug + Sync {
    /// Its folder below `front-door`.
    fn folder(&self) -> &'static str;

    /// Whether it sees that a request has a second header of one name. What does not leaves it to the gateway.
    fn sees_duplicates(&self) -> bool;

    /// Changes what only fits a machine of its own in a compiled text: paths of logs and the like, which go to `home`.
    fn settle(&self, text: String, home: &Path) -> String;

    /// What runs it in the foreground, with the compiled files in `home`.
    fn command(&self, home: &Path) -> Command;

    /// Has it read its files again, and returns when it has: what is answered from then on is answered by them.
    fn reload(&self, home: &Path, process: &mut Process);
}

/// A running front door. Dropping it ends it.
#[derive(Debug)]
pub struct Door {
    balancer: &'static dyn Balancer,
    process: Process,
    home: TempDir,
    took: Duration,
}

impl Door {
    /// Compiles the policy for a load balancer, starts it, and waits until `client` can connect to it.
    ///
    /// # Panics
    /// When it is missing or does not start, with what it says.
    #[must_use]
    pub fn start(balancer: &'static dyn Balancer, policy: &Policy, client: &Client) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        write(balancer, policy, false, home.path());
        let log = home.path().join("log");
        let started = Instant::now();
        let mut process = Process::start(&mut balancer.command(home.path()), &log)
            .unwrap_or_else(|error| panic!("{balancer:?}: {error}; `cargo xtask setup` gets it"));
        // The whole handshake: a port may be open before anybody serves it.
        while let Err(error) = client.open() {
            let ended = process.ended().expect("the system can tell");
            let waited = started.elapsed() >= START_LIMIT;
            assert!(ended.is_none() && !waited, "{balancer:?} does not serve ({error}; {ended:?}):\n{}", process.log());
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { balancer, process, home, took: started.elapsed() }
    }

    /// Compiles another policy, or the same with its tenants `moved`, and has it read the files.
    ///
    /// # Panics
    /// When it is gone.
    pub fn reload(&mut self, policy: &Policy, moved: bool) {
        write(self.balancer, policy, moved, self.home.path());
        let started = Instant::now();
        self.balancer.reload(self.home.path(), &mut self.process);
        self.took = started.elapsed();
    }

    /// How long the load balancer took for its start, or for its last reload.
    #[must_use]
    pub const fn took(&self) -> Duration {
        self.took
    }

    /// Changes one of its files, as a hand that goes wrong would, and has it read them. `edit` gets each file's name and
    /// text.
    ///
    /// # Panics
    /// When nothing is changed.
    pub fn tamper(&mut self, edit: impl Fn(&Path, &str) -> String) {
        let mut changed = false;
        for file in files(self.home.path()) {
            let Ok(before) = std::fs::read_to_string(&file) else { continue };
            let after = edit(&file, &before);
            changed |= after != before;
            std::fs::write(file, after).expect("written");
        }
        assert!(changed, "the front door is as it was");
        self.balancer.reload(self.home.path(), &mut self.process);
    }

    /// Whether it sees that a request has a second header of one name.
    #[must_use]
    pub fn sees_duplicates(&self) -> bool {
        self.balancer.sees_duplicates()
    }

    /// Its process.
    #[must_use]
    pub const fn process(&self) -> &Process {
        &self.process
    }
}

/// The front door's files of a policy, by their path; with the tenants that move where they are, or `moved`.
///
/// # Panics
/// When the policy has no front door.
#[must_use]
pub fn compiled(policy: &Policy, moved: bool) -> Artifacts {
    let plan = door::plan(policy, moved).expect("the policy has a front door");
    let mut artifacts = Artifacts::default();
    front_door::emit(policy, &plan, &mut artifacts);
    artifacts
}

fn write(balancer: &dyn Balancer, policy: &Policy, moved: bool, home: &Path) {
    let prefix = format!("{}/{}/", front_door::DIR, balancer.folder());
    let mut written = 0;
    for (path, bytes) in compiled(policy, moved).iter() {
        let Some(name) = path.strip_prefix(&prefix) else { continue };
        let mut text = String::from_utf8(bytes.to_vec()).expect("text");
        for cluster in policy.clusters.keys() {
            // DNS would say so.
            text = text.replace(&format!("{cluster}{NAME}"), LOOPBACK);
        }
        let file = home.join(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, balancer.settle(text, home)).expect("written");
        written += 1;
    }
    assert!(written > 0, "nothing is compiled for {balancer:?}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect()
}
