//! The schema, the reference and the reader are one.

use crate::policies::reference_policies;
use crate::support::{complete, load_bytes, repository};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::OnceLock;
use tenantry::resolve::shape::{Presence, Record, Shape};
use tenantry::resolve::{language, load};
use tenantry::schema::{attributes, json_schema, reference};

/// A policy as an editor sees it: read by another YAML library than the compiler's.
pub fn as_json(policy: &str) -> Option<Value> {
    serde_saphyr::from_str(policy).ok()
}

/// The schema, compiled once.
pub fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| jsonschema::draft202012::new(&json_schema()).expect("a valid schema"))
}

#[test]
fn the_schema_is_a_schema() {
    jsonschema::draft202012::meta::validate(&json_schema()).expect("a valid schema");
}

#[test]
fn reference_policies_validate() {
    for path in reference_policies() {
        let policy = as_json(&std::fs::read_to_string(&path).expect("a policy")).expect("YAML");
        let errors: Vec<String> = validator().iter_errors(&policy).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
}

#[test]
fn committed_schema_and_reference_are_fresh() {
    let docs = repository().join("docs");
    let fresh = [
        ("policy.schema.json", "schema", format!("{:#}\n", json_schema())),
        ("policy-reference.md", "schema --format markdown", format!("{}\n", reference().trim_end())),
        ("attributes.md", "schema --format attributes", format!("{}\n", attributes().trim_end())),
    ];
    for (name, arguments, text) in fresh {
        let committed = std::fs::read_to_string(docs.join(name)).unwrap_or_default();
        assert!(committed == text, "docs/{name} is stale: run `cargo run -p tenantry -- {arguments} > docs/{name}`");
    }
}

#[test]
fn broken_policies_do_not_validate() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/front/errors");
    let broken = [
        "bad-value",
        "bad-value-services",
        "bad-value-tenancy",
        "missing-field",
        "too-few",
        "unknown-field",
        "wrong-type",
    ];
    for name in broken {
        let fixture = std::fs::read_to_string(fixtures.join(name).with_extension("yaml")).expect("a fixture");
        let policy = as_json(&complete(&fixture)).expect("YAML");
        assert!(!validator().is_valid(&policy), "{name}");
    }
}

/// Every place of a policy by JSON pointer, outer ones first.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    let escape = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| places(value, &format!("{pointer}/{}", escape(key)), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| places(value, &format!("{pointer}/{at}"), found));
        }
        _ => {}
    }
}

/// Holds what the reader says of a policy against what the schema says of it.
fn compare(policy: &Value, what: &str) {
    let text = serde_json::to_string_pretty(policy).expect("JSON");
    let (_directory, loaded) = load_bytes(text.as_bytes(), &[]);
    let valid = validator().is_valid(policy);
    let codes: Vec<&str> = loaded.diagnostics.iter().map(|it| it.rule.code).collect();
    assert!(valid || loaded.policy.is_none(), "{what}: the reader accepts what the schema refuses");
    let shape = codes.iter().any(|code| matches!(*code, "TN0101" | "TN0103" | "TN0106"));
    assert!(!(valid && shape), "{what}: the schema accepts what the reader refuses: {codes:?}");
}

#[test]
fn reader_and_schema_agree_about_changes_of_every_value() {
    let changes = [
        json!(null),
        json!(true),
        json!(17),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("text"),
        json!("No Such Value!"),
        json!([]),
        json!({}),
        json!(["text"]),
        json!({"text": "text"}),
    ];
    for path in reference_policies().iter().filter(|path| !path.ends_with("large-tenants/policy.yaml")) {
        let policy = as_json(&std::fs::read_to_string(path).expect("a policy")).expect("YAML");
        assert!(load(path).policy.is_some());
        let mut pointers = Vec::new();
        places(&policy, "", &mut pointers);
        for (at, pointer) in pointers.iter().enumerate() {
            // A few changes for each place, in turn: all of them for each kind of place over the policies.
            for change in changes.iter().cycle().skip(at * 5).take(3) {
                let mut changed = policy.clone();
                *changed.pointer_mut(pointer).expect("a place of the policy") = change.clone();
                compare(&changed, &format!("{} with {change} at {pointer}", path.display()));
            }
            let mut changed = policy.clone();
            if let Value::Object(fields) = changed.pointer_mut(pointer).expect("a place of the policy") {
                fields.insert("zzz".to_owned(), json!(17));
                compare(&changed, &format!("{} with an unknown field in {pointer}", path.display()));
                assert!(!validator().is_valid(&changed), "{pointer}");
                let known: Vec<String> = fields_of(&policy, pointer);
                for field in known {
                    let mut changed = policy.clone();
                    if let Some(Value::Object(fields)) = changed.pointer_mut(pointer) {
                        fields.remove(&field);
                    }
                    compare(&changed, &format!("{} without {field} in {pointer}", path.display()));
                }
            }
        }
    }
}

fn fields_of(policy: &Value, pointer: &str) -> Vec<String> {
    let fields = policy.pointer(pointer).and_then(Value::as_object);
    fields.into_iter().flat_map(|fields| fields.keys().cloned()).collect()
}

/// The schema that a record of the language became.
fn schema_of<'s>(schema: &'s Value, record: &Record) -> &'s Value {
    if std::ptr::eq(record, language()) { schema } else { &schema["$defs"][record.name()] }
}

fn records(record: &'static Record, found: &mut Vec<&'static Record>) {
    fn inner(shape: &Shape, found: &mut Vec<&'static Record>) {
        match shape {
            Shape::Record(record) => records(record, found),
            Shape::Map { value: inner_shape, .. } | Shape::List { of: inner_shape, .. } => inner(inner_shape, found),
            Shape::Either(shapes) => shapes.iter().for_each(|shape| inner(shape, found)),
            Shape::Text(_) | Shape::Number(_) | Shape::Flag | Shape::Choice(_) => {}
        }
    }
    found.push(record);
    record.fields.iter().for_each(|field| inner(&(field.shape)(), found));
}

#[test]
fn every_field_is_in_the_schema_with_its_words() {
    let schema = json_schema();
    let mut found = Vec::new();
    records(language(), &mut found);
    assert!(found.len() > 20, "{}", found.len());
    for record in found {
        let described = schema_of(&schema, record);
        let properties = described["properties"].as_object().expect("properties");
        let names: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
        assert!(properties.keys().eq(names.iter()), "{}", record.name());
        assert_eq!(described["additionalProperties"], false);
        for field in record.fields {
            let property = &properties[field.name];
            assert!(property["description"].as_str().is_some_and(|words| words.ends_with('.')), "{}", field.name);
            assert_eq!(property.get("default").is_some(), matches!(field.presence, Presence::Default(_)));
            // An editor that offers a default or an example must not complain about it afterwards.
            let mut inner = property.clone();
            inner["$defs"] = schema["$defs"].clone();
            let validator = jsonschema::draft202012::new(&inner).expect("a valid schema");
            let offered = property["examples"].as_array().into_iter().flatten().chain(property.get("default"));
            for value in offered {
                assert!(validator.is_valid(value), "{}.{}: {value}", record.name(), field.name);
            }
        }
    }
}

#[test]
fn every_example_of_the_reference_is_read() {
    let reference = reference();
    let mut blocks = 0;
    for block in reference.split("```yaml\n").skip(1) {
        let block = block.split("```").next().expect("the end of the block");
        let (_directory, loaded) = load_bytes(complete(block).as_bytes(), &[("tenants.csv", "id\n")]);
        // An example of one section names things of others, and leaves out what stands around it.
        let elsewhere = |code| matches!(code, "TN0102" | "TN0107");
        let found: Vec<_> = loaded.diagnostics.iter().filter(|it| !elsewhere(it.rule.code)).collect();
        assert!(found.is_empty(), "{block}\n{found:#?}");
        blocks += 1;
    }
    assert!(blocks > 20, "{blocks}");
}
