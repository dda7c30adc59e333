//! The sink that every traced proxy delivers to, in a process of its own so that its work is not taken for Envoy's.

use crate::envoy::client::{self, Request};
use crate::sink::{ServiceTally, Sink};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

/// The argument with which the bench's own program becomes the sink.
pub const ARGUMENT: &str = "--be-the-sink";

/// Runs the sink until standard input ends, having printed its address.
///
/// # Errors
/// When no port can be had.
pub fn be() -> Result<(), String> {
    let sink = Sink::start().map_err(|e| e.to_string())?;
    println!("{}", sink.address());
    // An error ends the input as well as its end does.
    let _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
    Ok(())
}

/// What [`SinkProcess::tally`] reads.
#[derive(Debug, serde::Deserialize)]
pub struct Tally {
    /// Counts by `service.name`.
    pub services: BTreeMap<String, ServiceTally>,
    /// Requests that no receiver should get.
    pub violations: Vec<String>,
}

/// The running process, killed on drop.
#[derive(Debug)]
pub struct SinkProcess {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl SinkProcess {
    /// Starts this program once more, as the sink.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start() -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|e| e.to_string())?;
        let mut child = Command::new(program)
            .arg(ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("cannot start the sink: {e}"))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(|e| e.to_string())?;
        }
        let address = line.trim().parse().map_err(|e| format!("the sink says `{}`: {e}", line.trim()))?;
        Ok(Self { child, address })
    }

    /// What has come so far.
    ///
    /// # Errors
    /// When the sink is gone.
    pub fn tally(&self) -> Result<Tally, String> {
        let answer = client::send(self.address, &Request::get("sink", "/tally")).map_err(|e| e.to_string())?;
        serde_json::from_slice(&answer.body).map_err(|e| e.to_string())
    }
}

impl Drop for SinkProcess {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
