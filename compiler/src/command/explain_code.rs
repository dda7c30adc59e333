//! `tenantry explain-code`: the documentation of a diagnostic.

use super::{Console, Exit};
use clap::Args;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tenantry::check::{find, registry};
use tenantry::render::pages;

/// Print what a diagnostic code means, why it matters and how to mend it.
#[derive(Debug, Args)]
pub struct ExplainCode {
    /// A code such as TN0215, or its name; without one, every code is listed.
    code: Option<String>,
    /// Write a page per code and an index into this directory, and remove the pages of codes that are gone.
    #[arg(long, value_name = "DIR", hide = true, conflicts_with = "code")]
    write_docs: Option<PathBuf>,
}

impl ExplainCode {
    pub fn run(self, console: &Console) -> Exit {
        if let Some(dir) = self.write_docs {
            return match write_docs(&dir) {
                Ok(()) => Exit::Ok,
                Err(error) => {
                    console.error(format_args!("cannot write pages to `{}`: {error}", dir.display()));
                    Exit::Failed
                }
            };
        }
        let Some(code) = self.code else {
            for rule in registry() {
                console.out(format_args!(
                    "{}  {:7}  {}: {}",
                    rule.code,
                    rule.severity.as_str(),
                    rule.name,
                    rule.summary
                ));
            }
            return Exit::Ok;
        };
        let Some(rule) = find(&code) else {
            console.error(format_args!("there is no diagnostic `{code}`"));
            console.err(suggestion(&code));
            return Exit::Usage;
        };
        console.out(format_args!("{} {} ({}): {}\n", rule.code, rule.name, rule.severity.as_str(), rule.summary));
        console.out(rule.docs().trim_end());
        Exit::Ok
    }
}

/// A help line that names the nearest code or name, or says how to list them.
fn suggestion(wanted: &str) -> String {
    let likeness = |known: &str| strsim::jaro_winkler(&known.to_lowercase(), &wanted.to_lowercase());
    let nearest = registry()
        .iter()
        .flat_map(|rule| [rule.code, rule.name])
        .map(|known| (likeness(known), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((_, known)) => format!("help: did you mean `{known}`?"),
        None => "help: `tenantry explain-code` without a code lists them all".to_owned(),
    }
}

fn write_docs(dir: &Path) -> io::Result<()> {
    let pages = pages(registry());
    fs::create_dir_all(dir)?;
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("TN") && name.ends_with(".md") && !pages.contains_key(&name) {
            fs::remove_file(path)?;
        }
    }
    pages.iter().try_for_each(|(name, text)| fs::write(dir.join(name), text))
}
