//! How each kind of value is read, told together with what it looks like, so that reader, schema and reference
//! cannot disagree.

use super::reader::{Problem, Reader, subject};
use super::rules::{MISSING_FIELD, TOO_FEW, UNKNOWN_FIELD};
use super::scalar::{Class, classify, flag_1_1};
use super::shape::{Choice, NumberShape, Presence, Record, Shape, TextShape};
use super::suggest;
use crate::diagnostic::clip;
use crate::source::{Span, Spanned};
use crate::syntax::{Entry, Kind, Node, literal};
use std::marker::PhantomData;

/// A kind of value in the policy language.
pub trait Form {
    /// What it is read into.
    type Value;

    /// Reads a node, reporting everything wrong with it. None when no value came of it.
    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<Self::Value>;

    /// What it looks like.
    fn shape() -> Shape;
}

/// A kind of text.
pub trait Text {
    /// What it is read into.
    type Value;
    /// What it looks like.
    const SHAPE: TextShape;

    /// Reads it.
    ///
    /// # Errors
    /// What is wrong with the text.
    fn parse(text: &str) -> Result<Self::Value, Problem>;

    /// How to write a bare number in this place, if not in quotes.
    fn instead_of_number(_number: &str) -> Option<String> {
        None
    }
}

impl<T: Text> Form for T {
    type Value = T::Value;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<Self::Value> {
        let text = reader.text(node, T::SHAPE.noun, T::instead_of_number)?;
        checked::<T>(text).map_err(|problem| reader.bad_value(node.span, problem)).ok()
    }

    fn shape() -> Shape {
        Shape::Text(T::SHAPE)
    }
}

/// Parses, minding the length first so that no message or loop meets an endless text.
fn checked<T: Text>(text: &str) -> Result<T::Value, Problem> {
    match T::SHAPE.longest {
        Some(longest) if text.chars().count() > longest => {
            Err(Problem::new(format!("is longer than {longest} characters: `{}`", clip(text))))
        }
        _ => T::parse(text),
    }
}

/// A whole number from `LEAST` to `GREATEST`.
#[derive(Debug)]
pub struct Number<const LEAST: u32, const GREATEST: u32>;

impl<const LEAST: u32, const GREATEST: u32> Form for Number<LEAST, GREATEST> {
    type Value = u32;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<u32> {
        let shape = NumberShape { noun: "a whole number", least: u64::from(LEAST), greatest: u64::from(GREATEST) };
        u32::try_from(number(node, reader, shape)?).ok()
    }

    fn shape() -> Shape {
        Shape::Number(NumberShape { noun: "a whole number", least: u64::from(LEAST), greatest: u64::from(GREATEST) })
    }
}

/// A TCP port.
#[derive(Debug)]
pub struct Port;

impl Port {
    const SHAPE: NumberShape = NumberShape { noun: "a port", least: 1, greatest: 65_535 };
}

impl Form for Port {
    type Value = u16;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<u16> {
        u16::try_from(number(node, reader, Self::SHAPE)?).ok()
    }

    fn shape() -> Shape {
        Shape::Number(Self::SHAPE)
    }
}

/// Reads a whole number in decimal, and in the range.
pub fn number(node: &Node, reader: &mut Reader<'_>, shape: NumberShape) -> Option<u64> {
    let wanted = format!("{} from {} to {}", shape.noun, shape.least, shape.greatest);
    let Kind::Scalar(scalar) = &node.kind else {
        reader.wrong_type(node, &wanted, None);
        return None;
    };
    let class = if scalar.plain { classify(&scalar.text) } else { Class::Text };
    match class {
        Class::Integer if !scalar.text.starts_with('+') => {
            let value = scalar.text.parse().ok().filter(|value| (shape.least..=shape.greatest).contains(value));
            if value.is_none() {
                reader.bad_value(node.span, Problem::new(format!("has to be {wanted}, not `{}`", clip(&scalar.text))));
            }
            value
        }
        Class::Trap(meaning) => {
            let decimal = scalar.text.trim_start_matches('0').replace('_', "");
            let decimal = decimal.parse::<u64>().ok().map(|decimal| format!("write it in decimal: `{decimal}`"));
            let help = decimal.unwrap_or_else(|| format!("write {wanted}"));
            reader.ambiguous(&scalar.text, node.span, &meaning, Some(help));
            None
        }
        _ => {
            let bare = scalar.text.parse::<u64>().ok().filter(|_| !scalar.plain);
            reader.wrong_type(node, &wanted, bare.map(|bare| format!("remove the quotes: `{bare}`")));
            None
        }
    }
}

/// `true` or `false`.
#[derive(Debug)]
pub struct Flag;

impl Form for Flag {
    type Value = bool;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<bool> {
        let (text, plain) = match &node.kind {
            Kind::Scalar(scalar) => (&*scalar.text, scalar.plain),
            _ => ("", true),
        };
        match classify(text) {
            Class::Flag(value) if plain => return Some(value),
            Class::Flag(value) => {
                reader.wrong_type(node, "`true` or `false`", Some(format!("remove the quotes: `{value}`")));
            }
            _ => {
                let help = flag_1_1(text).map(|value| format!("write `{value}`; only YAML 1.1 knows `{text}`"));
                reader.wrong_type(node, "`true` or `false`", help);
            }
        }
        None
    }

    fn shape() -> Shape {
        Shape::Flag
    }
}

/// Reads one of a few words.
pub fn choice<'t, V: Copy>(node: &'t Node, reader: &mut Reader<'t>, choices: &[Choice], values: &[V]) -> Option<V> {
    let names = || choices.iter().map(|choice| choice.name);
    let wanted = match choices {
        [only] => format!("`{}`", only.name),
        _ => format!("one of {}", suggest::list(names())),
    };
    let Kind::Scalar(scalar) = &node.kind else {
        reader.wrong_type(node, &wanted, None);
        return None;
    };
    // A word of the list is never ambiguous here, whatever YAML 1.1 makes of it.
    if let Some(index) = names().position(|name| name == &*scalar.text) {
        return values.get(index).copied();
    }
    if scalar.plain && !matches!(classify(&scalar.text), Class::Text | Class::Trap(_)) {
        reader.wrong_type(node, &wanted, None);
        return None;
    }
    let mut problem = Problem::new(format!("has to be {wanted}, not `{}`", clip(&scalar.text)));
    if let Some(nearest) = suggest::nearest(&scalar.text, names()) {
        problem = problem.help(format!("did you mean `{nearest}`?"));
    }
    reader.bad_value(node.span, problem);
    None
}

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

/// Declares a record of the language once: the struct that it is read into, its reader, and its documentation.
///
/// Every field is `Option<Spanned<_>>`: none when it was left out and has no default, or when it could not be read
/// (the report is with the reader then). `key` is the field's name in the policy.
macro_rules! record {
    (
        $(#[doc = $docs:literal])+
        $vis:vis struct $name:ident {
            $($(#[doc = $field_docs:literal])+ $key:literal $field:ident: $form:ty, $presence:ident $($default:literal)? $(, example $example:literal)?;)+
        }
    ) => {
        $(#[doc = $docs])+
        #[derive(Debug)]
        $vis struct $name {
            $($(#[doc = $field_docs])+ pub $field: Option<$crate::source::Spanned<<$form as $crate::resolve::form::Form>::Value>>,)+
        }

        impl $name {
            /// The record as data.
            pub const RECORD: $crate::resolve::shape::Record = $crate::resolve::shape::Record {
                declared: stringify!($name),
                raw_docs: concat!($($docs, "\n"),+),
                fields: &[$($crate::resolve::shape::Field {
                    name: $key,
                    raw_docs: concat!($($field_docs, "\n"),+),
                    presence: $crate::resolve::form::record!(@ $presence $($default)?),
                    example: $crate::resolve::form::record!(@example $($example)?),
                    shape: <$form as $crate::resolve::form::Form>::shape,
                },)+],
            };
        }

        impl $crate::resolve::form::Form for $name {
            type Value = Self;

            fn read<'t>(node: &'t $crate::syntax::Node, reader: &mut $crate::resolve::reader::Reader<'t>) -> Option<Self> {
                let fields = $crate::resolve::form::Fields::of(node, &Self::RECORD, reader)?;
                Some(Self { $($field: fields.read::<$form>($key, reader),)+ })
            }

            fn shape() -> $crate::resolve::shape::Shape {
                $crate::resolve::shape::Shape::Record(&Self::RECORD)
            }
        }
    };
    (@ required) => { $crate::resolve::shape::Presence::Required };
    (@ optional) => { $crate::resolve::shape::Presence::Optional };
    (@ default $default:literal) => { $crate::resolve::shape::Presence::Default($default) };
    (@example) => { None };
    (@example $example:literal) => { Some($example) };
}
pub(crate) use record;

/// Declares the words of a choice, each with its meaning and with the value that it stands for.
macro_rules! choices {
    ($($(#[doc = $docs:literal])+ $vis:vis $name:ident => $value:ty { $($(#[doc = $choice_docs:literal])+ $word:literal => $choice:expr,)+ })+) => {$(
        $(#[doc = $docs])+
        #[derive(Debug)]
        $vis struct $name;

        impl $crate::resolve::form::Form for $name {
            type Value = $value;

            fn read<'t>(node: &'t $crate::syntax::Node, reader: &mut $crate::resolve::reader::Reader<'t>) -> Option<$value> {
                $crate::resolve::form::choice(node, reader, Self::CHOICES, &[$($choice),+])
            }

            fn shape() -> $crate::resolve::shape::Shape {
                $crate::resolve::shape::Shape::Choice(Self::CHOICES)
            }
        }

        impl $name {
            const CHOICES: &[$crate::resolve::shape::Choice] = &[$($crate::resolve::shape::Choice {
                name: $word,
                raw_docs: concat!($($choice_docs, "\n"),+),
            }),+];
        }
    )+};
}
pub(crate) use choices;
