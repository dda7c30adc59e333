//! The files, as AWS's own model of its API and its documentation want them.

use super::{folder, tenants};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tenantry_tests::aws::{policy, violations};

/// Every input below a directory, with its operation.
fn inputs(directory: &Path, found: &mut Vec<(String, PathBuf)>) {
    for entry in fs::read_dir(directory).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            inputs(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "json") && !entry.ends_with("unavailable.json")
        {
            let is_rule = directory.ends_with("rules");
            let command =
                if is_rule { "create-rule" } else { entry.file_stem().and_then(|it| it.to_str()).expect("a name") };
            found.push((pascal(command), entry));
        }
    }
}

/// The operation of a command: `create-rule` is `CreateRule`.
fn pascal(command: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    command.split('-').map(capital).collect()
}

fn asked(directory: &Path) -> (usize, Vec<String>) {
    let mut found = Vec::new();
    inputs(directory, &mut found);
    let inputs: Vec<(&str, &Path)> =
        found.iter().map(|(operation, file)| (operation.as_str(), file.as_path())).collect();
    (inputs.len(), violations(&inputs))
}

#[test]
fn every_file_is_an_input_of_its_operation() {
    let grpc = [("    port: 8000\n", "    port: 8000\n    protocol: grpc\n")];
    for (count, changes) in [(2, &[][..]), (300, &grpc)] {
        let folder = folder();
        let _ = policy(folder.path(), &tenants(count), changes);
        let (files, violations) = asked(&folder.path().join("aws-alb"));
        assert!(files > 20, "{files}");
        assert!(violations.is_empty(), "{violations:#?}");
    }
}

/// The model finds what is wrong: a check that finds nothing in any file would pass the one above.
#[test]
fn a_wrong_file_is_found() {
    let folder = folder();
    let _ = policy(folder.path(), &tenants(2), &[]);
    let directory = folder.path().join("aws-alb");
    let rule = fs::read_dir(directory.join("rules")).expect("rules").next().expect("a rule").expect("a rule").path();
    let right = fs::read_to_string(&rule).expect("readable");
    for (from, to) in [
        ("\"Priority\": ", "\"Priority\": 9999"),
        ("\"Priority\"", "\"Prority\""),
        ("\"Type\": \"f", "\"Type\": \"g"),
        ("tenantry:rule", "tenantry{rule}"),
    ] {
        fs::write(&rule, right.replacen(from, to, 1)).expect("writable");
        let (_, violations) = asked(&directory);
        assert!(!violations.is_empty(), "{from} -> {to}");
    }
}

#[test]
fn no_rule_is_over_a_quota() {
    let more = ("targets: {us", "rules: 1000\n      targets: {us");
    let grpc = ("    port: 8000\n", "    port: 8000\n    protocol: grpc\n");
    let hosts = ("[api.cogniverse.com]", "[api.cogniverse.com, api.cogniverse.org]");
    for changes in [&[more][..], &[more, grpc], &[more, grpc, hosts]] {
        let folder = folder();
        let _ = policy(folder.path(), &tenants(1_500), changes);
        for entry in fs::read_dir(folder.path().join("aws-alb/rules")).expect("rules") {
            let text = fs::read_to_string(entry.expect("a rule").path()).expect("readable");
            let rule: Value = serde_json::from_str(&text).expect("JSON");
            let conditions = rule["Conditions"].as_array().expect("conditions");
            let held: Vec<usize> = conditions.iter().map(strings).collect();
            assert!(held.iter().all(|strings| (1..=3).contains(strings)) && held.iter().sum::<usize>() <= 5, "{text}");
        }
    }
}

/// How many strings a condition holds. None is too long.
fn strings(condition: &Value) -> usize {
    let config =
        condition.as_object().and_then(|fields| fields.values().find(|value| value.is_object())).expect("a config");
    let all: Vec<&str> = ["Values", "RegexValues"]
        .iter()
        .flat_map(|name| config[name].as_array().into_iter().flatten())
        .map(|text| text.as_str().expect("text"))
        .collect();
    assert!(all.iter().all(|text| !text.is_empty() && text.len() <= 128), "{condition}");
    all.len()
}

#[test]
fn the_script_is_bash() {
    let folder = folder();
    let _ = policy(folder.path(), &tenants(2), &[]);
    let output =
        Command::new("bash").arg("-n").arg(folder.path().join("aws-alb/apply.sh")).output().expect("bash runs");
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
