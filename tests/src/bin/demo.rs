//! `cargo xtask demo`: the Cogniverse policy, compiled, enforced by real Envoys, attacked, and seen in a real
//! Phoenix.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tenantry::emit;
use tenantry::policy::Policy;
use tenantry::try_::session::{Session, Setup};
use tenantry::write::{Scope, write};
use tenantry_tests::demo::front_door;
use tenantry_tests::demo::report::{Outcome, report};
use tenantry_tests::demo::send::{expected, send};
use tenantry_tests::demo::table::Table;
use tenantry_tests::demo::traces;
use tenantry_tests::door;
use tenantry_tests::envoy;
use tenantry_tests::phoenix::{self, Phoenix};
use tenantry_tests::policy::load;

/// What was asked for on the command line.
#[derive(Default)]
struct Options {
    /// Where to draw the table.
    picture: Option<PathBuf>,
    /// Whether everything stays up until Ctrl-C.
    keep: bool,
}

const USAGE: &str = "usage: demo [--picture FILE.svg] [--keep]";

fn main() -> ExitCode {
    let Some(options) = options(std::env::args().skip(1)) else {
        anstream::eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            anstream::eprintln!("demo: {error}");
            ExitCode::from(3)
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--picture" => options.picture = Some(arguments.next()?.into()),
            "--keep" => options.keep = true,
            _ => return None,
        }
    }
    Some(options)
}

/// Runs the demo; whether everything was as expected.
fn run(options: &Options) -> Result<bool, Box<dyn std::error::Error>> {
    let root = envoy::workspace();
    let table = Table::read(&root.join("policies/cogniverse.requests.yaml"))?;
    let out = root.join("target/demo");
    let (policy, _) = load(&table.policy)?;
    anstream::println!("Phoenix {} is loading, which takes some ten seconds", phoenix::VERSION);
    let phoenix = std::thread::spawn(Phoenix::start);
    compile(&policy, &out)?;
    let phoenix = phoenix.join().map_err(|_| "starting Phoenix panicked")??;
    let setup = Setup {
        envoy: envoy::binary(envoy::LATEST),
        module: envoy::module(),
        clusters: Vec::new(),
        workers: 2,
        phoenix: Some(phoenix.grpc()),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let session = runtime.block_on(Session::start(&policy, &setup))?;
    anstream::println!("Phoenix    on http://{} ({})", phoenix.http(), phoenix::VERSION);
    for gateway in session.gateways() {
        anstream::println!("gateway {} on http://{} (Envoy {})", gateway.cluster, gateway.address, envoy::LATEST);
    }
    anstream::println!();
    let mut outcomes = send_all(&table, &session)?;
    anstream::println!("The same policy with its front door, an Envoy, is starting\n");
    let before = front_door::run(&door::envoy::Envoy::LATEST);
    let report = format!("{}\n\nThrough the front door, over TLS:\n\n{}", report(&outcomes), report(&before));
    outcomes.extend(before);
    if let Some(path) = &options.picture {
        std::fs::write(path, anstyle_svg::Term::new().render_svg(&report))?;
    }
    anstream::println!("{report}\n");
    anstream::println!("{}", traces::report(&traces::settled(&phoenix)?));
    anstream::println!("\nmanifests: {}", out.strip_prefix(root).unwrap_or(&out).display());
    if options.keep {
        anstream::println!("Gateways and Phoenix stay up until Ctrl-C.");
        runtime.block_on(tokio::signal::ctrl_c())?;
    } else {
        anstream::println!("Phoenix ends with this run; `cargo xtask demo --keep` leaves it up to look around in.");
    }
    runtime.block_on(session.stop());
    Ok(outcomes.iter().all(|outcome| outcome.differences.is_empty()))
}

/// Sends every row of the table to its gateway.
fn send_all(table: &Table, session: &Session) -> Result<Vec<Outcome>, Box<dyn std::error::Error>> {
    let mut outcomes = Vec::new();
    for row in &table.requests {
        let gateway = session.address(&row.at).ok_or_else(|| format!("there is no cluster `{}`", row.at))?;
        let seen = send(row, gateway, session.issuer())?;
        outcomes.push(Outcome {
            name: row.name.clone(),
            at: row.at.clone(),
            expected: expected(&row.expect),
            seen: seen.summary(),
            differences: seen.differences(&row.expect),
        });
    }
    Ok(outcomes)
}

/// Writes the manifests and the filter, as `tenantry compile` does.
fn compile(policy: &Policy, out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let compiled = emit::compile(policy, &std::fs::read(envoy::module())?, None)?;
    write(out, &policy.name, &compiled.artifacts, &Scope::Everything)?;
    Ok(())
}
