//! `tenantry compile`: a policy into manifests, and the filter module to push.

mod next_steps;

use super::load::clusters;
use super::{Console, Exit};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use tenantry::check::check;
use tenantry::diagnostic::{Diagnostic, Severity, sort};
use tenantry::emit::{self, CompileError, Compiled};
use tenantry::policy::Policy;
use tenantry::resolve;
use tenantry::source::SourceMap;
use tenantry::try_::find;
use tenantry::write::{self, Differences, Scope, WriteError};

/// Compile a policy into everything that its clusters need.
///
/// DIR gets a directory for each cluster, for `kubectl apply -k`, and `filter/` with the module that proxies fetch.
/// Files that an earlier run wrote and this one does not need are removed; files that are not Tenantry's are never
/// touched. When anything is wrong, nothing is written.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Compile {
    /// The policy file.
    policy: PathBuf,
    /// Where to write.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Compile this cluster alone and leave the others as they are.
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// Write nothing; name the files that are out of date and exit with 1 if there are any.
    #[arg(long)]
    check: bool,
    /// The built filter module. Default: the project's own, wasm-out/tenantry_filter.wasm.
    #[arg(long, value_name = "PATH")]
    module: Option<PathBuf>,
}

const HELP: &str = "\
Exit codes:
  0  written, or up to date
  1  the policy is wrong, files are out of date (--check), or a file is in the way
  2  the command line is wrong
  3  reading or writing failed";

impl Compile {
    pub fn run(self, console: &Console) -> Exit {
        self.compile(console).unwrap_or_else(|exit| exit)
    }

    fn compile(&self, console: &Console) -> Result<Exit, Exit> {
        let (policy, sources) = self.policy(console)?;
        let compiled = self.compiled(&policy, &sources, console)?;
        let (name, artifacts) = (policy.name.as_str(), &compiled.artifacts);
        let scope = self.cluster.as_ref().map_or(Scope::Everything, |cluster| {
            Scope::Below(vec![cluster.clone(), emit::FILTER_DIR.to_owned()])
        });
        let refused = |error| refuse(&error, console);
        if self.check {
            let differences = write::check(&self.out, name, artifacts, &scope).map_err(refused)?;
            return Ok(report_differences(&self.out, &differences, console));
        }
        let summary = write::write(&self.out, name, artifacts, &scope).map_err(refused)?;
        console.out(format_args!(
            "`{}`: {} written, {} unchanged, {} removed",
            self.out.display(),
            summary.written.len(),
            summary.unchanged,
            summary.removed.len()
        ));
        console.out(next_steps::text(&policy, &compiled, &self.out, self.cluster.as_deref()));
        Ok(Exit::Ok)
    }

    /// Loads and checks the policy, and prints what was found.
    fn policy(&self, console: &Console) -> Result<(Policy, SourceMap), Exit> {
        let loaded = resolve::load(&self.policy);
        let mut found = loaded.diagnostics;
        found.extend(loaded.policy.as_ref().map(check).unwrap_or_default());
        sort(&mut found);
        console.diagnostics(&loaded.sources, &found);
        let policy = loaded.policy.filter(|_| !has_error(&found)).ok_or(Exit::Refused)?;
        if let Some(name) = self.cluster.as_ref().filter(|name| !policy.clusters.contains_key(*name)) {
            console.error(CompileError::NoCluster(name.clone()));
            console.err(clusters(&policy, name));
            return Err(Exit::Usage);
        }
        Ok((policy, loaded.sources))
    }

    fn compiled(&self, policy: &Policy, sources: &SourceMap, console: &Console) -> Result<Compiled, Exit> {
        let fail = |error: &dyn std::fmt::Display, exit| {
            console.error(error);
            exit
        };
        let module = find::module(self.module.as_deref()).map_err(|error| fail(&error, Exit::Failed))?;
        let base = fs::read(&module)
            .map_err(|error| fail(&format_args!("`{}`: {error}", module.display()), Exit::Failed))?;
        let compiled =
            emit::compile(policy, &base, self.cluster.as_deref()).map_err(|error| fail(&error, Exit::Refused))?;
        let sizes = compiled.objects.iter().filter_map(|object| {
            let name = format!("{} of the cluster {}", object.name, object.cluster);
            object_size(&name, object.bytes, policy.filter.span)
        });
        let sizes: Vec<Diagnostic> = sizes.collect();
        console.diagnostics(sources, &sizes);
        if has_error(&sizes) { Err(Exit::Refused) } else { Ok(compiled) }
    }
}

fn has_error(found: &[Diagnostic]) -> bool {
    found.iter().any(|diagnostic| diagnostic.rule.severity == Severity::Error)
}

fn refuse(error: &WriteError, console: &Console) -> Exit {
    console.error(error);
    if let Some(help) = error.help() {
        console.err(format_args!("help: {help}"));
    }
    if error.is_conflict() { Exit::Refused } else { Exit::Failed }
}

/// One line for each file that is not as it should be.
fn report_differences(out: &Path, differences: &Differences, console: &Console) -> Exit {
    if differences.is_none() {
        console.out(format_args!("`{}`: up to date, {} files", out.display(), differences.unchanged));
        return Exit::Ok;
    }
    let lists = [
        ("missing", &differences.missing),
        ("stale", &differences.stale),
        ("extra", &differences.extra),
        ("changed by hand", &differences.changed_by_hand),
        ("in the way", &differences.in_the_way),
    ];
    for (what, paths) in lists {
        for path in paths {
            console.out(format_args!("{what}: {path}"));
        }
    }
    Exit::Refused
}
