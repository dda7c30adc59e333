//! `tenantry explain-code`: the documentation of a diagnostic.

use super::{Console, Exit};
use clap::Args;
use tenantry::check::{find, registry};

/// Print what a diagnostic code means, why it matters and how to mend it.
#[derive(Debug, Args)]
pub struct ExplainCode {
    /// A code such as TN0201, or its name; without one, every code is listed.
    code: Option<String>,
}

impl ExplainCode {
    pub fn run(self, console: &Console) -> Exit {
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
        console.out(format_args!("# {} ({}): {}\n", rule.name, rule.code, rule.summary));
        console.out(rule.docs().trim_end());
        Exit::Ok
    }
}

/// A help line that names the nearest code or name, or says how to list them.
fn suggestion(wanted: &str) -> String {
    let nearest = registry()
        .iter()
        .flat_map(|rule| [rule.code, rule.name])
        .map(|known| (strsim::jaro_winkler(&known.to_lowercase(), &wanted.to_lowercase()), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((_, known)) => format!("help: did you mean `{known}`?"),
        None => "help: `tenantry explain-code` without a code lists them all".to_owned(),
    }
}
