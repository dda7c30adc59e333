//! The schema, the reference and the reader are one.

use crate::policies::reference_policies;
use crate::support::repository;
use serde_json::Value;
use tenantry::schema::{json_schema, reference};

/// A policy as an editor sees it: read by another YAML library than the compiler's.
pub fn as_json(policy: &str) -> Option<Value> {
    serde_saphyr::from_str(policy).ok()
}

#[test]
fn the_schema_is_a_schema() {
    jsonschema::draft202012::meta::validate(&json_schema()).expect("a valid schema");
}

#[test]
fn reference_policies_validate() {
    let validator = jsonschema::draft202012::new(&json_schema()).expect("a valid schema");
    for path in reference_policies() {
        let policy = as_json(&std::fs::read_to_string(&path).expect("a policy")).expect("YAML");
        let errors: Vec<String> = validator.iter_errors(&policy).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
}

#[test]
fn committed_schema_and_reference_are_fresh() {
    let docs = repository().join("docs");
    let fresh = [
        ("policy.schema.json", "schema", format!("{:#}\n", json_schema())),
        ("policy-reference.md", "schema --format markdown", format!("{}\n", reference().trim_end())),
    ];
    for (name, arguments, text) in fresh {
        let committed = std::fs::read_to_string(docs.join(name)).unwrap_or_default();
        assert!(committed == text, "docs/{name} is stale: run `cargo run -p tenantry -- {arguments} > docs/{name}`");
    }
}
