//! `tenantry schema`: the policy language for editors and for people, and the attributes of spans.

use super::{Console, Exit};
use clap::{Args, ValueEnum};
use tenantry::schema::{attributes, json_schema, reference};

/// Print the JSON Schema of a policy, the policy reference, or the attributes of spans.
#[derive(Debug, Args)]
pub struct Schema {
    /// What to print.
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// JSON Schema, draft 2020-12, for editors and validators.
    Json,
    /// The reference with a table per section.
    Markdown,
    /// The attributes of spans, with types, meanings and sources.
    Attributes,
}

impl Schema {
    pub fn run(self, console: &Console) -> Exit {
        match self.format {
            Format::Json => console.out(format_args!("{:#}", json_schema())),
            Format::Markdown => console.out(reference().trim_end()),
            Format::Attributes => console.out(attributes().trim_end()),
        }
        Exit::Ok
    }
}
