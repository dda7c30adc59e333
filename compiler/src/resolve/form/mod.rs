//! How each kind of value is read, told together with what it looks like, so that reader, schema and reference
//! cannot disagree.

mod collections;
mod fields;
mod scalars;

pub use collections::{Entries, List, Map};
pub use fields::Fields;
pub use scalars::{Flag, ForwardPort, Number, Port, choice, number};

use super::reader::{Problem, Reader};
use super::shape::{Shape, TextShape};
use crate::diagnostic::clip;
use crate::syntax::Node;

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
