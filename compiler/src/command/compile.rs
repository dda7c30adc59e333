//! `tenantry compile`: a policy into manifests, and the filter module to push.

mod next_steps;

use super::load::clusters;
use super::{Console, Exit};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use tenantry::check::{Suppressions, object_size, report};
use tenantry::diagnostic::{Diagnostic, Severity};
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

/// A policy that the rules let through.
struct Checked {
    policy: Policy,
    sources: SourceMap,
    suppressions: Suppressions,
}

impl Compile {
    pub fn run(self, console: &Console) -> Exit {
        self.compile(console).unwrap_or_else(|exit| exit)
    }

    fn compile(&self, console: &Console) -> Result<Exit, Exit> {
        let mut checked = self.policy(console)?;
        let compiled = self.compiled(&mut checked, console)?;
        let policy = checked.policy;
        let (name, artifacts) = (policy.name.as_str(), &compiled.artifacts);
        let scope = self
            .cluster
            .as_ref()
            .map_or(Scope::Everything, |cluster| Scope::Below(vec![cluster.clone(), emit::FILTER_DIR.to_owned()]));
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
    fn policy(&self, console: &Console) -> Result<Checked, Exit> {
        let loaded = resolve::load(&self.policy);
        let report = report(&loaded);
        console.diagnostics(&loaded.sources, &report.diagnostics);
        let verdict = Exit::of(&report, false);
        let policy = loaded.policy.filter(|_| verdict == Exit::Ok).ok_or(verdict)?;
        if let Some(name) = self.cluster.as_ref().filter(|name| !policy.clusters.contains_key(*name)) {
            console.error(CompileError::NoCluster(name.clone()));
            console.err(clusters(&policy, name));
            return Err(Exit::Usage);
        }
        Ok(Checked { policy, sources: loaded.sources, suppressions: report.suppressions })
    }

    fn compiled(&self, checked: &mut Checked, console: &Console) -> Result<Compiled, Exit> {
        let policy = &checked.policy;
        let fail = |error: &dyn std::fmt::Display, exit| {
            console.error(error);
            exit
        };
        let module = find::module(self.module.as_deref()).map_err(|error| fail(&error, Exit::Failed))?;
        let base =
            fs::read(&module).map_err(|error| fail(&format_args!("`{}`: {error}", module.display()), Exit::Failed))?;
        let compiled = emit::compile(policy, &base, self.cluster.as_deref()).map_err(|error| match error {
            CompileError::Embed(error) => fail(&format_args!("`{}`: {error}", module.display()), Exit::Refused),
            error => fail(&error, Exit::Refused),
        })?;
        // The largest object speaks for its like in every cluster.
        let largest = compiled.objects.iter().max_by_key(|object| object.bytes);
        let found = largest.and_then(|object| {
            let name = format!("{} of the cluster {}", object.name, object.cluster);
            object_size(&name, object.bytes, policy.filter.table.span)
        });
        let mut sizes: Vec<Diagnostic> = found.into_iter().collect();
        checked.suppressions.apply(&checked.sources, &mut sizes);
        console.diagnostics(&checked.sources, &sizes);
        let too_large = sizes.iter().any(|diagnostic| diagnostic.rule.severity == Severity::Error);
        if too_large { Err(Exit::Refused) } else { Ok(compiled) }
    }
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
