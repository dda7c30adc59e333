//! The fields of a record.

use super::Form;
use crate::diagnostic::clip;
use crate::resolve::reader::{Reader, subject};
use crate::resolve::rules::{MISSING_FIELD, UNKNOWN_FIELD};
use crate::resolve::scalar::{Class, classify};
use crate::resolve::shape::{Presence, Record};
use crate::resolve::suggest;
use crate::source::{Span, Spanned};
use crate::syntax::{Entry, Kind, Node, literal};

/// A node's fields, checked against their record.
#[derive(Debug)]
pub struct Fields<'t> {
    record: &'static Record,
    entries: &'t [Entry],
    span: Span,
}

impl<'t> Fields<'t> {
    /// Reports unknown and missing fields. None when the node is no mapping at all.
    pub fn of(node: &'t Node, record: &'static Record, reader: &mut Reader<'t>) -> Option<Self> {
        let Kind::Mapping(entries) = &node.kind else {
            reader.wrong_type(node, "a mapping of fields", empty_help(node));
            return None;
        };
        let known = || record.fields.iter().map(|field| field.name);
        for entry in entries.iter().filter(|entry| !known().any(|name| name == &*entry.key.text)) {
            reader.push_with(&UNKNOWN_FIELD, |steps| {
                let message = format!("{} has no field `{}`", subject(steps), clip(&entry.key.text));
                UNKNOWN_FIELD.at(entry.key_span, message).help(match suggest::nearest(&entry.key.text, known()) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("known fields are {}", suggest::list(known())),
                })
            });
        }
        let required = record.fields.iter().filter(|field| field.presence == Presence::Required);
        for field in required.filter(|field| entries.iter().all(|entry| &*entry.key.text != field.name)) {
            let message = format!("{} lacks the field `{}`", reader.subject(), field.name);
            let place = reader.key_span(Span { end: node.span.start, ..node.span });
            let example = field.example.map(|example| format!("add it, for example `{}: {example}`", field.name));
            let mut diagnostic = MISSING_FIELD.at(place, message);
            diagnostic.help.extend(example);
            reader.push(diagnostic);
        }
        Some(Self { record, entries, span: node.span })
    }

    /// Reads a field, or its default.
    pub fn read<F: Form>(&self, name: &'static str, reader: &mut Reader<'t>) -> Option<Spanned<F::Value>> {
        if let Some(entry) = self.entries.iter().find(|entry| &*entry.key.text == name) {
            let read = |reader: &mut Reader<'t>| F::read(&entry.value, reader);
            let value = reader.below(&entry.key.text, entry.key_span, read)?;
            return Some(Spanned::new(value, entry.value.span));
        }
        let field = self.record.fields.iter().find(|field| field.name == name)?;
        let Presence::Default(default) = field.presence else { return None };
        let default = literal(default, self.span)?;
        Some(Spanned::new(F::read(&default, &mut Reader::default())?, self.span))
    }
}

/// A field that is left empty most often means "with all its defaults".
fn empty_help(node: &Node) -> Option<String> {
    let absent = matches!(&node.kind, Kind::Scalar(scalar) if scalar.plain && classify(&scalar.text) == Class::Null);
    absent.then(|| "write `{}` for a mapping without fields".to_owned())
}
