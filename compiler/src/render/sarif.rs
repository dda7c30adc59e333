//! Diagnostics as SARIF 2.1.0, for code scanning.

use super::place::Place;
use crate::diagnostic::{Diagnostic, Rule};
use crate::source::{SourceMap, Span};
use serde_json::{Value, json};

/// Renders one SARIF log with one run. It describes the rules that found something.
#[must_use]
pub fn sarif(sources: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    let mut rules: Vec<&Rule> = diagnostics.iter().map(|it| it.rule).collect();
    rules.sort_by_key(|it| it.code);
    rules.dedup_by_key(|it| it.code);
    let results: Vec<_> = diagnostics.iter().map(|it| result(sources, &rules, it)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "tenantry",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|it| descriptor(it)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}")
}

fn descriptor(rule: &Rule) -> Value {
    let docs = rule.docs();
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": docs, "markdown": docs},
        "defaultConfiguration": {"level": rule.severity.as_str()},
    })
}

fn result(sources: &SourceMap, rules: &[&Rule], diagnostic: &Diagnostic) -> Value {
    let (span, _) = diagnostic.primary;
    let help = diagnostic.help.iter().map(|help| format!("\nhelp: {help}"));
    let related: Vec<_> = diagnostic
        .related
        .iter()
        .map(|(span, label)| {
            let mut location = location(sources, *span);
            location["message"] = json!({"text": label});
            location
        })
        .collect();
    json!({
        "ruleId": diagnostic.rule.code,
        "ruleIndex": rules.iter().position(|it| it.code == diagnostic.rule.code),
        "level": diagnostic.rule.severity.as_str(),
        "message": {"text": help.fold(diagnostic.message.clone(), |text, help| text + &help)},
        "locations": [location(sources, span)],
        "relatedLocations": related,
    })
}

fn location(sources: &SourceMap, span: Span) -> Value {
    let place = Place::of(sources, span);
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(&place.file)},
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        },
    }})
}

/// A path as a URI reference: bytes that RFC 3986 does not allow in a path are escaped.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/@!$&'()*+,;=".contains(&byte);
    path.bytes().fold(String::new(), |uri, byte| {
        if plain(byte) { uri + &char::from(byte).to_string() } else { uri + &format!("%{byte:02X}") }
    })
}
