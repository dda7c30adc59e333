//! `tenantry try`: the policy in real Envoys on this machine.

use super::load::{clusters, load};
use super::{Console, Exit};
use clap::Args;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use tenantry::policy::Policy;
use tenantry::try_::session::{Session, Setup, TryError};
use tenantry::try_::{find, show};

/// Run a policy on this machine: a real Envoy per cluster, and echo services for the mesh.
///
/// The gateways speak plain HTTP on free ports of 127.0.0.1; everything else is as the compiled manifests
/// say. Every service of the policy answers with what reached it. Each request's decision is printed as it
/// happens. The run ends with Ctrl-C or SIGTERM, or with the end of standard input where that is a pipe.
#[derive(Debug, Args)]
pub struct Try {
    /// The policy file.
    policy: PathBuf,
    /// A cluster to run; may be repeated. Without it all of them run.
    #[arg(long = "cluster", value_name = "NAME")]
    clusters: Vec<String>,
    /// Go on when standard input ends, until Ctrl-C or SIGTERM.
    #[arg(long)]
    keep: bool,
    /// The Envoy binary. Default: TENANTRY_ENVOY, then `envoy` on the PATH, then the project's own.
    #[arg(long, value_name = "PATH")]
    envoy: Option<PathBuf>,
    /// The filter module. Default: the project's own, as built by `cargo xtask wasm`.
    #[arg(long, value_name = "PATH")]
    module: Option<PathBuf>,
    /// Worker threads of each Envoy.
    #[arg(long, value_name = "NUMBER", default_value = "2", value_parser = clap::value_parser!(u32).range(1..=64))]
    workers: u32,
    /// A running Phoenix to send spans to, such as 127.0.0.1:4317: its port for the policy's protocol. Without it
    /// nothing is traced.
    #[arg(long, value_name = "ADDRESS")]
    phoenix: Option<SocketAddr>,
}

impl Try {
    pub fn run(self, console: &Console) -> Exit {
        let (policy, _) = match load(&self.policy, console) {
            Ok(loaded) => loaded,
            Err(exit) => return exit,
        };
        let setup = match self.setup() {
            Ok(setup) => setup,
            Err(error) => {
                console.error(error);
                return Exit::Failed;
            }
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let outcome = runtime.map_err(TryError::Io).and_then(|runtime| {
            let outcome = runtime.block_on(serve(&policy, &setup, self.keep, console));
            // A read of standard input cannot be called off; it must not hold up the end.
            runtime.shutdown_background();
            outcome
        });
        match outcome {
            Ok(exit) => exit,
            Err(TryError::UnknownCluster(name)) => {
                console.error(TryError::UnknownCluster(name.clone()));
                console.err(clusters(&policy, &name));
                Exit::Usage
            }
            Err(error) => {
                console.error(error);
                Exit::Failed
            }
        }
    }

    fn setup(&self) -> Result<Setup, find::NotFound> {
        Ok(Setup {
            envoy: find::envoy(self.envoy.as_deref())?,
            module: find::module(self.module.as_deref())?,
            clusters: self.clusters.clone(),
            workers: self.workers,
            phoenix: self.phoenix,
        })
    }
}

async fn serve(policy: &Policy, setup: &Setup, keep: bool, console: &Console) -> Result<Exit, TryError> {
    let mut interrupted = std::pin::pin!(interrupted());
    // An input that has ended already, as under a scheduler, must not hide that something does not start.
    let mut session = tokio::select! {
        started = Session::start(policy, setup) => started?,
        stopped = &mut interrupted => {
            stopped?;
            return Ok(Exit::Ok);
        }
    };
    console.out(show::welcome(policy, &session));
    let mut input_ended = std::pin::pin!(input_ended(keep));
    let exit = loop {
        tokio::select! {
            decision = session.next() => match decision {
                Some(decision) => console.out(show::decision(&decision)),
                None => {
                    console.error("every envoy has ended");
                    break Exit::Failed;
                }
            },
            stopped = &mut interrupted => {
                stopped?;
                break Exit::Ok;
            }
            ended = &mut input_ended => {
                ended?;
                break Exit::Ok;
            }
        }
    };
    session.stop().await;
    Ok(exit)
}

/// Returns on Ctrl-C or SIGTERM.
async fn interrupted() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

/// Returns at the end of a piped standard input, unless told to keep going.
async fn input_ended(keep: bool) -> io::Result<()> {
    if keep || io::IsTerminal::is_terminal(&io::stdin()) {
        return std::future::pending().await;
    }
    tokio::io::copy(&mut tokio::io::stdin(), &mut tokio::io::sink()).await.map(drop)
}
