//! `cargo xtask demo`: the Cogniverse policy, compiled, enforced by real Envoys, and attacked.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tenantry::emit;
use tenantry::policy::Policy;
use tenantry::try_::session::{Session, Setup};
use tenantry::write::{Scope, write};
use tenantry_tests::demo::report::{Outcome, report};
use tenantry_tests::demo::send::{expected, send};
use tenantry_tests::demo::table::Table;
use tenantry_tests::envoy;
use tenantry_tests::policy::load;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let picture = match &arguments[..] {
        [] => None,
        [option, path] if option == "--picture" => Some(PathBuf::from(path)),
        _ => {
            anstream::eprintln!("usage: demo [--picture FILE.svg]");
            return ExitCode::from(2);
        }
    };
    match run(picture.as_deref()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            anstream::eprintln!("demo: {error}");
            ExitCode::from(3)
        }
    }
}

/// Runs the demo, and draws its table if asked to; whether everything was as expected.
fn run(picture: Option<&Path>) -> Result<bool, Box<dyn std::error::Error>> {
    let root = envoy::workspace();
    let table = Table::read(&root.join("policies/cogniverse.requests.yaml"))?;
    let out = root.join("target/demo");
    let (policy, _) = load(&table.policy)?;
    compile(&policy, &out)?;
    let setup = Setup {
        envoy: envoy::binary(envoy::LATEST),
        module: envoy::module(),
        clusters: Vec::new(),
        workers: 2,
        phoenix: None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let session = runtime.block_on(Session::start(&policy, &setup))?;
    for gateway in session.gateways() {
        anstream::println!("gateway {} on http://{} (Envoy {})", gateway.cluster, gateway.address, envoy::LATEST);
    }
    anstream::println!();
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
    runtime.block_on(session.stop());
    let report = report(&outcomes);
    if let Some(path) = picture {
        std::fs::write(path, anstyle_svg::Term::new().render_svg(&report))?;
    }
    anstream::println!("{report}");
    anstream::println!("\nmanifests: {}", out.strip_prefix(root).unwrap_or(&out).display());
    Ok(outcomes.iter().all(|outcome| outcome.differences.is_empty()))
}

/// Writes the manifests and the filter, as `tenantry compile` does.
fn compile(policy: &Policy, out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let compiled = emit::compile(policy, &std::fs::read(envoy::module())?, None)?;
    write(out, &policy.name, &compiled.artifacts, &Scope::Everything)?;
    Ok(())
}
