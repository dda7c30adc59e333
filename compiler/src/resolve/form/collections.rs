//! Lists, and mappings of names that the author chooses.

use super::{Form, Text, checked};
use crate::diagnostic::clip;
use crate::resolve::reader::{Problem, Reader};
use crate::resolve::rules::TOO_FEW;
use crate::resolve::scalar::{Class, classify};
use crate::resolve::shape::Shape;
use crate::source::Spanned;
use crate::syntax::{Entry, Kind, Node};
use std::marker::PhantomData;

/// A list of at least `AT_LEAST` items.
#[derive(Debug)]
pub struct List<F, const AT_LEAST: usize = 0>(PhantomData<F>);

impl<F: Form, const AT_LEAST: usize> Form for List<F, AT_LEAST> {
    type Value = Vec<Spanned<F::Value>>;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<Self::Value> {
        let Kind::Sequence(items) = &node.kind else {
            let help = match &node.kind {
                Kind::Scalar(scalar) if !scalar.text.is_empty() => {
                    Some(format!("write a list of one: `[{}]`", clip(&scalar.text)))
                }
                _ => None,
            };
            reader.wrong_type(node, "a list", help);
            return None;
        };
        if items.len() < AT_LEAST {
            reader.push(TOO_FEW.at(node.span, format!("{} has to hold at least one item", reader.subject())));
            return None;
        }
        // Items that cannot be read have their report; what is left would be another list than was written.
        let values: Vec<Option<Spanned<F::Value>>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                reader.item(index, |reader| F::read(item, reader)).map(|value| Spanned::new(value, item.span))
            })
            .collect();
        values.into_iter().collect()
    }

    fn shape() -> Shape {
        Shape::List { of: Box::new(F::shape()), at_least: AT_LEAST }
    }
}

/// A mapping of at least `AT_LEAST` names of form `K` to values of form `F`.
#[derive(Debug)]
pub struct Map<K, F, const AT_LEAST: usize = 0>(PhantomData<(K, F)>);

/// What a [`Map`] is read into: names in order, with what could be made of their values.
pub type Entries<V> = Vec<(Spanned<String>, Option<Spanned<V>>)>;

impl<K: Text<Value = String>, F: Form, const AT_LEAST: usize> Form for Map<K, F, AT_LEAST> {
    type Value = Entries<F::Value>;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<Self::Value> {
        let Kind::Mapping(entries) = &node.kind else {
            reader.wrong_type(node, "a mapping of names", None);
            return None;
        };
        if entries.len() < AT_LEAST {
            reader.push(TOO_FEW.at(node.span, format!("{} has to hold at least one entry", reader.subject())));
            return None;
        }
        let entry = |entry: &'t Entry, reader: &mut Reader<'t>| {
            let value = F::read(&entry.value, reader).map(|value| Spanned::new(value, entry.value.span));
            let name = name::<K>(entry, reader)?;
            Some((Spanned::new(name, entry.key_span), value))
        };
        let read = entries
            .iter()
            .filter_map(|each| reader.below(&each.key.text, each.key_span, |reader| entry(each, reader)))
            .collect();
        Some(read)
    }

    fn shape() -> Shape {
        Shape::Map { key: K::SHAPE, value: Box::new(F::shape()), at_least: AT_LEAST, at_most: None }
    }
}

/// Reads a name that the author chose. Unlike the name of a field it must be text to every reader.
fn name<K: Text<Value = String>>(entry: &Entry, reader: &mut Reader<'_>) -> Option<String> {
    let text = &*entry.key.text;
    if entry.key.plain {
        match classify(text) {
            Class::Text => {}
            Class::Trap(meaning) => {
                reader.ambiguous(text, entry.key_span, &meaning, None);
                return None;
            }
            Class::Null | Class::Flag(_) | Class::Integer | Class::Number => {
                let problem = Problem::new(format!("is no text to YAML, so it cannot be {}", K::SHAPE.noun));
                reader.bad_value(entry.key_span, problem.help(format!("quote it: `\"{}\"`", clip(text))));
                return None;
            }
        }
    }
    match checked::<K>(text) {
        Ok(name) => Some(name),
        Err(problem) => {
            reader.bad_value(entry.key_span, problem);
            None
        }
    }
}
