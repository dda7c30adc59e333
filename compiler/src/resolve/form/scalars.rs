//! Numbers, flags and choices.

use super::Form;
use crate::diagnostic::clip;
use crate::resolve::reader::{Problem, Reader};
use crate::resolve::scalar::{Class, classify, flag_1_1};
use crate::resolve::shape::{Choice, NumberShape, Shape};
use crate::resolve::suggest;
use crate::syntax::{Kind, Node};

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

/// A port that a gateway's pod can listen on beside those that it has already.
#[derive(Debug)]
pub struct ForwardPort;

impl ForwardPort {
    const SHAPE: NumberShape = NumberShape { noun: "a port", least: 1_024, greatest: 65_535 };
    /// What the pod listens on for clients, and what Istio's agent and Envoy listen on themselves.
    const TAKEN: [u64; 10] = [8_080, 8_443, 15_000, 15_001, 15_004, 15_006, 15_008, 15_020, 15_021, 15_090];
}

impl Form for ForwardPort {
    type Value = u16;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<u16> {
        let port = number(node, reader, Self::SHAPE)?;
        if Self::TAKEN.contains(&port) {
            let problem = Problem::new(format!("cannot be `{port}`: the gateway's pod has that port already"));
            reader.bad_value(node.span, problem.help("leave it out for 15443"));
            return None;
        }
        u16::try_from(port).ok()
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
