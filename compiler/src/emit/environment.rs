//! Environment variables of containers.

use serde::Serialize;
use serde_json::{Value, json};

/// A container's environment variable.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Variable {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_from: Option<Value>,
}

impl Variable {
    /// A variable with its value.
    pub fn new(name: &'static str, value: String) -> Self {
        Self { name, value: Some(value), value_from: None }
    }

    /// A variable that holds an entry of a Secret. With `optional` the container also starts without it.
    pub fn from_secret(name: &'static str, secret: &str, key: &str, optional: bool) -> Self {
        let mut reference = json!({"name": secret, "key": key});
        if optional {
            reference["optional"] = true.into();
        }
        Self { name, value: None, value_from: Some(json!({ "secretKeyRef": reference })) }
    }
}
