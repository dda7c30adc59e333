//! The policy reference for people, as Markdown.

use crate::resolve::language;
use crate::resolve::shape::{Choice, Field, Presence, Record, Shape, text};
use std::fmt::Write as _;

/// What the reference says before its tables.
const INTRODUCTION: &str = include_str!("introduction.md");

/// The whole reference.
#[must_use]
pub fn reference() -> String {
    let mut sections = Vec::new();
    collect("", language(), &mut sections);
    let mut page = INTRODUCTION.to_owned();
    for section in &sections {
        section.write(&mut page);
    }
    page
}

/// A record and where it stands.
struct Section {
    /// Path from the root, `services.NAME.retries`; empty for the root.
    path: String,
    record: &'static Record,
}

/// The sections from the outside in, each before those within it.
fn collect(path: &str, record: &'static Record, sections: &mut Vec<Section>) {
    sections.push(Section { path: path.to_owned(), record });
    for field in record.fields {
        inner(&join(path, field.name), &(field.shape)(), sections);
    }
}

fn inner(path: &str, shape: &Shape, sections: &mut Vec<Section>) {
    match shape {
        Shape::Record(record) => collect(path, record, sections),
        Shape::Map { value, .. } => inner(&join(path, "NAME"), value, sections),
        Shape::List { of, .. } => inner(&format!("{path}[]"), of, sections),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| inner(path, shape, sections)),
        Shape::Text(_) | Shape::Number(_) | Shape::Flag | Shape::Choice(_) => {}
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

impl Section {
    fn write(&self, page: &mut String) {
        let title = if self.path.is_empty() { "The policy".to_owned() } else { format!("`{}`", self.path) };
        // Writing to a string cannot fail.
        let _ = write!(page, "\n## {title}\n\n{}\n\n", text(self.record.raw_docs));
        page.push_str("| field | type | default | meaning | example |\n|---|---|---|---|---|\n");
        for field in self.record.fields {
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {} | {} |",
                field.name,
                cell(&self.kind(field)),
                cell(&default(field)),
                cell(&text(field.raw_docs)),
                cell(&format!("`{}`", example(field))),
            );
        }
        for field in self.record.fields {
            if let Some(choices) = choices(&(field.shape)()) {
                let _ = write!(page, "\n`{}`:\n\n", join(&self.path, field.name));
                for choice in choices {
                    let _ = writeln!(page, "- `{}`: {}", choice.name, cell(&text(choice.raw_docs)));
                }
            }
        }
        let _ = write!(page, "\n```yaml\n{}```\n", self.example());
    }

    /// What may stand in a field, with links to the sections of records.
    fn kind(&self, field: &Field) -> String {
        kind(&join(&self.path, field.name), &(field.shape)())
    }

    /// The section with every field written out, from the root of the policy down.
    fn example(&self) -> String {
        let mut yaml = String::new();
        let mut indent = 0;
        for step in self.path.split('.').filter(|step| !step.is_empty()) {
            let name = if step == "NAME" { "name" } else { step.trim_end_matches("[]") };
            let _ = writeln!(yaml, "{:indent$}{name}:", "");
            indent += 2;
        }
        let in_list = self.path.ends_with("[]");
        for (index, field) in self.record.fields.iter().enumerate() {
            let dash = match (in_list, index) {
                (true, 0) => "- ",
                (true, _) => "  ",
                (false, _) => "",
            };
            let _ = writeln!(yaml, "{:indent$}{dash}{}: {}", "", field.name, example(field));
        }
        yaml
    }
}

fn kind(path: &str, shape: &Shape) -> String {
    match shape {
        Shape::Text(text) => bare(text.noun).to_owned(),
        Shape::Number(number) => format!("{}, {} to {}", bare(number.noun), number.least, number.greatest),
        Shape::Flag => "`true` or `false`".to_owned(),
        Shape::Choice(choices) => {
            choices.iter().map(|choice| format!("`{}`", choice.name)).collect::<Vec<_>>().join(", ")
        }
        Shape::List { of, .. } => format!("list: {}", kind(&format!("{path}[]"), of)),
        Shape::Map { key, value, .. } => format!("{}: {}", bare(key.noun), kind(&join(path, "NAME"), value)),
        Shape::Record(_) => format!("[{path}](#{})", anchor(path)),
        Shape::Either(shapes) => shapes.iter().map(|shape| kind(path, shape)).collect::<Vec<_>>().join(", or "),
    }
}

/// A noun without its article.
fn bare(noun: &str) -> &str {
    noun.strip_prefix("a ").or(noun.strip_prefix("an ")).or(noun.strip_prefix("the ")).unwrap_or(noun)
}

/// The fragment that Markdown renderers give to a heading.
fn anchor(path: &str) -> String {
    path.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

fn default(field: &Field) -> String {
    match field.presence {
        Presence::Required => "required".to_owned(),
        Presence::Optional => "none".to_owned(),
        Presence::Default(default) => format!("`{default}`"),
    }
}

/// A value as it may be written: the field's own example, or its default, or its form's first example.
fn example(field: &Field) -> String {
    let written = match field.presence {
        Presence::Default(default) => field.example.or(Some(default)),
        Presence::Required | Presence::Optional => field.example,
    };
    let first = || match (field.shape)() {
        Shape::Text(text) => text.examples.first().copied(),
        Shape::Choice(choices) => choices.first().map(|choice| choice.name),
        _ => None,
    };
    written.or_else(first).unwrap_or("{}").to_owned()
}

fn choices(shape: &Shape) -> Option<&'static [Choice]> {
    match shape {
        Shape::Choice(choices) => Some(choices),
        Shape::List { of, .. } => choices(of),
        _ => None,
    }
}

/// Text on one line that cannot end its cell.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
