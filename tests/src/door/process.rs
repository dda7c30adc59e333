//! A program that ends with the test, however the test ends.

use crate::envoy::workspace;
use crate::process::signal_to;
use crate::watch::Watch;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long a program may take to end by itself before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// A running program and a watch over it. Dropping it ends both.
#[derive(Debug)]
pub struct Process {
    child: Child,
    watch: Option<Watch>,
    log: PathBuf,
}

impl Process {
    /// Starts it, with what it prints in the file `log`.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn start(command: &mut Command, log: &Path) -> io::Result<Self> {
        let output = File::options().create(true).append(true).open(log)?;
        let child = command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output).spawn()?;
        let watch = Watch::over(child.id())?;
        Ok(Self { child, watch: Some(watch), log: log.to_owned() })
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// When the system cannot tell.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// What it has printed so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Sends it a signal, such as `HUP`.
    ///
    /// # Panics
    /// When it is gone.
    pub fn signal(&self, signal: &str) {
        assert!(signal_to(signal, self.child.id()), "the program runs; it says:\n{}", self.log());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The watch first: once the program is gone, its id may come to mean another one.
        self.watch = None;
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = signal_to("TERM", self.child.id());
            let asked = Instant::now();
            while asked.elapsed() < STOP_LIMIT {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// A program: on `PATH`, installed where Debian has servers, which is not on everybody's, or unpacked by `cargo xtask setup`.
///
/// # Panics
/// When it is nowhere.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let unpacked = workspace().join("target/tools").join(name).join("usr/sbin");
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin"), unpacked]);
    let found = folders.map(|folder| folder.join(name)).find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("there is no {name} on this machine; run `cargo xtask setup`"))
}
