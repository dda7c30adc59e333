//! The same diagnostics in every format.

use crate::harness::{Checked, Fixture};
use insta::assert_snapshot;
use proptest::prelude::{prop_assert, proptest};
use serde_json::{Value, json};
use tenantry::check::object_size;
use tenantry::render::{Style, Tally, github, human, json as to_json, sarif};
use tenantry::source::{SourceMap, Span};

/// One diagnostic with a related place and a help line, one without.
fn checked() -> Checked {
    Fixture::fragment(
        "mesh: {istio: \"1.31\", profile: production, mtls: permissive}\ntenancy:\n  tiers:\n    standard: {}\n\
         tenants:\n  other: {cluster: us}\n",
    )
    .check()
}

#[test]
fn json_has_its_documented_shape() {
    let checked = checked();
    assert_snapshot!(checked.relative(&to_json(&checked.sources, &checked.diagnostics)), @r#"
    {
      "version": 1,
      "summary": {
        "errors": 0,
        "warnings": 2,
        "notes": 0
      },
      "diagnostics": [
        {
          "code": "TN0225",
          "name": "permissive-mtls-in-production",
          "severity": "warning",
          "message": "a production mesh accepts plain text",
          "file": "policy.yaml",
          "line": 5,
          "column": 50,
          "endLine": 5,
          "endColumn": 60,
          "label": "callers without a certificate get in",
          "related": [
            {
              "message": "production",
              "file": "policy.yaml",
              "line": 5,
              "column": 32,
              "endLine": 5,
              "endColumn": 42
            }
          ],
          "help": [
            "use `mtls: strict`"
          ]
        },
        {
          "code": "TN0203",
          "name": "tenant-id-reserved",
          "severity": "warning",
          "message": "the metrics of tenant `other` would mix with others",
          "file": "policy.yaml",
          "line": 28,
          "column": 3,
          "endLine": 28,
          "endColumn": 8,
          "label": "the label of all tenants past the metrics bound",
          "related": [],
          "help": [
            "choose another id"
          ]
        }
      ]
    }
    "#);
}

#[test]
fn json_of_nothing_is_still_a_report() {
    let report: Value = serde_json::from_str(&to_json(&SourceMap::default(), &[])).expect("JSON");
    assert_eq!(report, json!({"version": 1, "summary": {"errors": 0, "warnings": 0, "notes": 0}, "diagnostics": []}));
}

#[test]
fn github_commands_are_one_line_each() {
    let checked = checked();
    assert_snapshot!(checked.relative(&github(&checked.sources, &checked.diagnostics)), @"
    ::warning file=policy.yaml,line=5,endLine=5,col=50,endColumn=60,title=TN0225 permissive-mtls-in-production::a production mesh accepts plain text%0Ahelp: use `mtls: strict`
    ::warning file=policy.yaml,line=28,endLine=28,col=3,endColumn=8,title=TN0203 tenant-id-reserved::the metrics of tenant `other` would mix with others%0Ahelp: choose another id
    ");
}

#[test]
fn github_escapes_what_would_end_a_command() {
    let mut sources = SourceMap::default();
    let file = sources.add("a,b:c%.yaml".into(), "x\n".to_owned());
    let found = object_size("Thing 100%\r\n::error::", 2_000_000, Span { file, start: 0, end: 1 }).expect("too large");
    let text = github(&sources, &[found]);
    assert!(text.starts_with("::error file=a%2Cb%3Ac%25.yaml,line=1,"), "{text}");
    assert!(text.contains("::Thing 100%25%0D%0A::error:: would be") && !text.contains(['\r', '\n']), "{text}");
}

/// The parts of SARIF 2.1.0 that we write: required properties, types and enumerations of its schema.
fn sarif_schema() -> Value {
    let message = json!({"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}});
    let positive = json!({"type": "integer", "minimum": 1});
    let location = json!({
        "type": "object",
        "required": ["physicalLocation"],
        "properties": {
            "message": message,
            "physicalLocation": {
                "type": "object",
                "required": ["artifactLocation", "region"],
                "properties": {
                    "artifactLocation": {
                        "type": "object",
                        "required": ["uri"],
                        "properties": {"uri": {"type": "string", "pattern": "^[A-Za-z0-9._~/@!$&'()*+,;=%-]+$"}},
                    },
                    "region": {
                        "type": "object",
                        "required": ["startLine", "startColumn", "endLine", "endColumn"],
                        "additionalProperties": positive,
                    },
                },
            },
        },
    });
    let level = json!({"enum": ["none", "note", "warning", "error"]});
    let locations = json!({"type": "array", "items": location});
    json!({
        "type": "object",
        "required": ["version", "runs"],
        "properties": {
            "version": {"const": "2.1.0"},
            "runs": {"type": "array", "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                        "type": "object",
                        "required": ["name", "rules"],
                        "properties": {"rules": {"type": "array", "uniqueItems": true, "items": {
                            "type": "object",
                            "required": ["id"],
                            "properties": {
                                "shortDescription": message,
                                "help": message,
                                "defaultConfiguration": {"type": "object", "properties": {"level": level}},
                            },
                        }}},
                    }}},
                    "results": {"type": "array", "items": {
                        "type": "object",
                        "required": ["message", "ruleId", "ruleIndex", "locations"],
                        "properties": {
                            "level": level,
                            "message": message,
                            "ruleIndex": {"type": "integer", "minimum": 0},
                            "locations": locations,
                            "relatedLocations": locations,
                        },
                    }},
                },
            }},
        },
    })
}

#[test]
fn sarif_keeps_to_its_schema_and_its_indexes() {
    let checked = checked();
    let log: Value = serde_json::from_str(&sarif(&checked.sources, &checked.diagnostics)).expect("JSON");
    let validator = jsonschema::validator_for(&sarif_schema()).expect("a schema");
    let errors: Vec<_> = validator.iter_errors(&log).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");

    let run = &log["runs"][0];
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), checked.diagnostics.len());
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a small index");
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
    let region = &results[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region, &json!({"startLine": 5, "startColumn": 50, "endLine": 5, "endColumn": 60}));
}

#[test]
fn sarif_escapes_paths() {
    let mut sources = SourceMap::default();
    let file = sources.add("my policy/ü.yaml".into(), "x\n".to_owned());
    let found = object_size("a", 2_000_000, Span { file, start: 0, end: 1 }).expect("too large");
    assert!(sarif(&sources, &[found]).contains(r#""uri": "my%20policy/%C3%BC.yaml""#));
}

#[test]
fn human_shows_several_files_and_distant_lines() {
    let mut sources = SourceMap::default();
    let rows: String = (0..2_000).map(|row| format!("tenant_{row},us\n")).collect();
    let csv = sources.add("tenants.csv".into(), rows.clone());
    let policy = sources.add("policy.yaml".into(), "tenants:\n  tenant_1: {cluster: us}\n".to_owned());
    let at = |text: &str| {
        let start = u32::try_from(rows.find(text).expect("a row")).expect("a small file");
        Span { file: csv, start, end: start + u32::try_from(text.len()).expect("a short text") }
    };
    let found = object_size("Thing a", 2_000_000, at("tenant_1999"))
        .expect("too large")
        .related(at("tenant_1,us"), "first in this file")
        .related(Span { file: policy, start: 11, end: 19 }, "and in the policy");
    assert_snapshot!(human(&sources, &[found], Style::Plain), @"
    error[TN0295]: Thing a would be 1954 KiB
        --> tenants.csv:2000:1
         |
    2000 | tenant_1999,us
         | ^^^^^^^^^^^ Kubernetes stores at most 1536 KiB
         |
        ::: tenants.csv:2:1
         |
       2 | tenant_1,us
         | ----------- first in this file
         |
        ::: policy.yaml:2:3
         |
       2 |   tenant_1: {cluster: us}
         |   -------- and in the policy
         |
         = help: use `filter: {table: auto}`, which puts large tables into the module
    ");
}

#[test]
fn human_survives_odd_text_and_spans_out_of_range() {
    let mut sources = SourceMap::default();
    let file = sources.add("odd.yaml".into(), "ключ: \u{1b}[31mred\u{202e}\r\n\tend".to_owned());
    for (start, end) in [(0, 8), (0, 40), (3, 5), (40, 40), (400, 500), (8, 2)] {
        let found = object_size("Thing", 2_000_000, Span { file, start, end }).expect("too large");
        let text = human(&sources, &[found], Style::Plain);
        assert!(text.contains("error[TN0295]") && !text.contains('\u{1b}'), "{text:?}");
    }
}

#[test]
fn human_shows_fifty_of_a_code_and_counts_the_rest() {
    let rows: String = (0..60).map(|row| format!("t{row},us\nT{row},us\n")).collect();
    let checked =
        Fixture::fragment("tenantsFrom: [many.csv]\n").with("many.csv", &format!("id,cluster\n{rows}")).check();
    let text = checked.human();
    assert_eq!((checked.diagnostics.len(), text.matches("warning[TN0201]").count()), (60, 50));
    assert!(text.ends_with("\nnote: 10 more of TN0201 are not shown; `--format json` has them all"), "{text}");
}

proptest! {
    /// Whatever the text and wherever the spans: no format panics, the machine formats stay well-formed, and nothing
    /// from a file reaches a terminal as an escape code.
    #[test]
    fn no_text_and_no_span_upsets_a_format(
        text in "(?s).{0,200}",
        name in "[a-zé%:, ]{1,12}",
        spans in proptest::collection::vec((0..400_u32, 0..400_u32), 1..4),
    ) {
        let mut sources = SourceMap::default();
        let file = sources.add(name.into(), text);
        let spans: Vec<_> = spans.into_iter().map(|(start, end)| Span { file, start, end }).collect();
        let first = object_size("Thing", 2_000_000, spans[0]).expect("too large");
        let found = [spans[1..].iter().fold(first, |it, span| it.related(*span, "and here"))];
        let escape = '\x1b';
        prop_assert!(!human(&sources, &found, Style::Plain).contains(escape));
        prop_assert!(human(&sources, &found, Style::Colored).contains("TN0295"));
        prop_assert!(serde_json::from_str::<Value>(&to_json(&sources, &found)).is_ok());
        prop_assert!(serde_json::from_str::<Value>(&sarif(&sources, &found)).is_ok());
        prop_assert!(!github(&sources, &found).contains(['\r', '\n']));
    }
}

#[test]
fn tally_reads_as_words() {
    let tally = |errors, warnings, notes| Tally { errors, warnings, notes }.to_string();
    assert_eq!(tally(0, 0, 0), "no findings");
    assert_eq!(tally(1, 0, 0), "1 error");
    assert_eq!(tally(2, 1, 3), "2 errors, 1 warning, 3 notes");
}
