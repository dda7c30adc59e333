//! References: a name in one place, its declaration in another.

use super::form::Entries;
use super::reader::Reader;
use super::rules::UNKNOWN_NAME;
use super::suggest;
use crate::diagnostic::{Diagnostic, clip};
use crate::source::{Span, Spanned};
use std::collections::HashMap;

/// The names that one section declares.
#[derive(Debug)]
pub struct Names<'n> {
    /// What they are: `cluster`.
    noun: &'static str,
    declared: HashMap<&'n str, Span>,
    order: Vec<&'n str>,
}

impl<'n> Names<'n> {
    /// The names of a mapping, whether or not their values could be read.
    pub fn of<V>(noun: &'static str, entries: &'n Entries<V>) -> Self {
        Self::new(noun, entries.iter().map(|(name, _)| (name.value.as_str(), name.span)))
    }

    /// Names with their places.
    pub fn new(noun: &'static str, names: impl Iterator<Item = (&'n str, Span)>) -> Self {
        let mut order = Vec::new();
        let declared = names.inspect(|(name, _)| order.push(*name)).collect();
        Self { noun, declared, order }
    }

    /// The only name, if there is just one.
    pub fn only(&self) -> Option<&'n str> {
        match self.order[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether a name is declared.
    pub fn contains(&self, name: &str) -> bool {
        self.declared.contains_key(name)
    }

    /// Reports a name that is not declared.
    pub fn check(&self, name: &str, span: Span, reader: &mut Reader<'_>) -> bool {
        if self.contains(name) {
            return true;
        }
        reader.push_with(&UNKNOWN_NAME, |_| self.unknown(name, span));
        false
    }

    fn unknown(&self, name: &str, span: Span) -> Diagnostic {
        let mut diagnostic = UNKNOWN_NAME.at(span, format!("there is no {} `{}`", self.noun, clip(name)));
        match suggest::nearest(name, self.order.iter().copied()) {
            Some(nearest) => {
                diagnostic = diagnostic.help(format!("did you mean `{nearest}`?"));
                diagnostic.related.extend(self.declared.get(nearest).map(|span| (*span, "declared here".to_owned())));
            }
            None if self.order.is_empty() => {
                diagnostic = diagnostic.help(format!("the policy declares no {}", self.noun));
            }
            None => {
                diagnostic = diagnostic.help(format!("declared are {}", suggest::list(self.order.iter().copied())));
                let first = self.order.first().and_then(|name| self.declared.get(name));
                diagnostic.related.extend(first.map(|span| (*span, "the first is declared here".to_owned())));
            }
        }
        diagnostic
    }

    /// As [`Names::check`], for a name with its place.
    pub fn check_spanned(&self, name: &Spanned<String>, reader: &mut Reader<'_>) -> bool {
        self.check(&name.value, name.span, reader)
    }
}
