//! JSON Schema, draft 2020-12, with what YAML editors show: titles, descriptions, defaults, examples.

use crate::resolve::language;
use crate::resolve::scalar::{Class, classify};
use crate::resolve::shape::{Field, Presence, Record, Shape, TextShape, text};
use crate::source::Span;
use crate::syntax::{Kind, Node, literal};
use serde_json::{Map, Value, json};

/// The schema of a policy file.
#[must_use]
pub fn json_schema() -> Value {
    let mut definitions = Map::new();
    let mut root = Map::new();
    root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    root.insert("$id".to_owned(), json!("urn:tenantry:v1:mesh-policy"));
    if let Value::Object(record) = record(language(), &mut definitions) {
        root.extend(record);
    }
    root.insert("$defs".to_owned(), Value::Object(definitions));
    Value::Object(root)
}

fn record(record: &'static Record, definitions: &mut Map<String, Value>) -> Value {
    let properties: Map<String, Value> =
        record.fields.iter().map(|field| (field.name.to_owned(), property(field, definitions))).collect();
    let required: Vec<&str> =
        record.fields.iter().filter(|field| field.presence == Presence::Required).map(|field| field.name).collect();
    let mut schema = json!({
        "title": record.name(),
        "description": text(record.raw_docs),
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn property(field: &Field, definitions: &mut Map<String, Value>) -> Value {
    let mut schema = shape(&(field.shape)(), definitions);
    schema["description"] = json!(text(field.raw_docs));
    if let Presence::Default(default) = field.presence {
        schema["default"] = value(default);
    }
    if let Some(example) = field.example {
        schema["examples"] = json!([value(example)]);
    }
    schema
}

fn shape(shape: &Shape, definitions: &mut Map<String, Value>) -> Value {
    match shape {
        Shape::Text(text) => {
            let examples: Vec<Value> = text.examples.iter().map(|example| value(example)).collect();
            let mut schema = notation(text);
            schema["type"] = json!("string");
            schema["examples"] = json!(examples);
            schema
        }
        Shape::Number(number) => json!({"type": "integer", "minimum": number.least, "maximum": number.greatest}),
        Shape::Flag => json!({"type": "boolean"}),
        Shape::Choice(choices) => {
            let names: Vec<&str> = choices.iter().map(|choice| choice.name).collect();
            let meanings: Vec<String> = choices.iter().map(|choice| text(choice.raw_docs)).collect();
            // `enumDescriptions` is no word of JSON Schema; editors show it beside what they complete.
            json!({"type": "string", "enum": names, "enumDescriptions": meanings})
        }
        Shape::List { of, at_least } => {
            let mut schema = json!({"type": "array", "items": self::shape(of, definitions)});
            if *at_least > 0 {
                schema["minItems"] = json!(at_least);
            }
            schema
        }
        Shape::Map { key, value, at_least, at_most } => {
            let value = self::shape(value, definitions);
            let mut schema = json!({"type": "object", "propertyNames": notation(key), "additionalProperties": value});
            if *at_least > 0 {
                schema["minProperties"] = json!(at_least);
            }
            if let Some(at_most) = at_most {
                schema["maxProperties"] = json!(at_most);
            }
            schema
        }
        Shape::Record(inner) => {
            let name = inner.name();
            if !definitions.contains_key(name) {
                // The place is taken first, so that definitions stand in the order in which the language meets them.
                definitions.insert(name.to_owned(), Value::Null);
                definitions[name] = record(inner, definitions);
            }
            json!({"$ref": format!("#/$defs/{name}")})
        }
        Shape::Either(shapes) => {
            let shapes: Vec<Value> = shapes.iter().map(|each| self::shape(each, definitions)).collect();
            json!({"anyOf": shapes})
        }
    }
}

/// What a text looks like, without its type, which the names in a mapping do not state.
fn notation(text: &TextShape) -> Value {
    let mut schema = json!({"minLength": 1});
    if let Some(pattern) = text.pattern {
        schema["pattern"] = json!(pattern);
    }
    if let Some(longest) = text.longest {
        schema["maxLength"] = json!(longest);
    }
    schema
}

/// YAML from the declarations as JSON.
fn value(yaml: &str) -> Value {
    literal(yaml, Span::default()).map_or(Value::Null, |node| json_of(&node))
}

fn json_of(node: &Node) -> Value {
    match &node.kind {
        Kind::Broken => Value::Null,
        Kind::Sequence(items) => items.iter().map(json_of).collect(),
        Kind::Mapping(entries) => entries
            .iter()
            .map(|entry| (entry.key.text.to_string(), json_of(&entry.value)))
            .collect::<Map<_, _>>()
            .into(),
        Kind::Scalar(scalar) if scalar.plain => match classify(&scalar.text) {
            Class::Null => Value::Null,
            Class::Flag(value) => json!(value),
            Class::Integer => scalar.text.parse::<i64>().map_or(Value::Null, |number| json!(number)),
            Class::Text | Class::Number | Class::Trap(_) => json!(scalar.text),
        },
        Kind::Scalar(scalar) => json!(scalar.text),
    }
}
