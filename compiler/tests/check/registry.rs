//! What holds for every rule.

use crate::fragment::fixture;
use crate::harness::{BASE, Fixture};
use std::collections::HashSet;
use std::path::Path;
use tenantry::check::{registry, report};
use tenantry::diagnostic::{Diagnostic, Severity};
use tenantry::render::{Style, human, pages};
use tenantry::resolve;

const HEADINGS: [&str; 4] = ["## What it does", "## Why it matters", "## Example", "## Mend"];

/// Rules whose example cannot stand in a page, with the reason. Each has a test of its own.
const NOT_SHOWN: &[(&str, &str)] = &[
    ("TN0002", "the file would be over 4 MiB"),
    ("TN0003", "docs are UTF-8"),
    ("TN0004", "docs hold no characters that nobody can see"),
    ("TN0006", "docs hold no tabs"),
    ("TN0014", "the file would hold over a million values"),
    ("TN0295", "the object would be over 1.5 MiB"),
    ("TN0296", "the object would be over 230 KiB"),
];

#[test]
fn base_policy_is_clean() {
    let checked = Fixture::whole(BASE).check();
    assert!(checked.diagnostics.is_empty(), "{}", checked.human());
}

/// What we hand out as an example has nothing to be excused for that it does not excuse itself.
#[test]
fn reference_policies_are_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let mut folders = vec![root];
    let mut checked = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of policies") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a policy in UTF-8");
            if path.extension().is_some_and(|it| it == "yaml") && text.contains("kind: MeshPolicy") {
                let loaded = resolve::load(&path);
                let report = report(&loaded);
                let text = human(&loaded.sources, &report.diagnostics, Style::Plain);
                assert!(!report.has(Severity::Warning), "{text}");
                checked += 1;
            }
        }
    }
    assert!(checked > 0, "there are no reference policies");
}

#[test]
fn codes_and_names_are_unique_and_ordered() {
    let codes: Vec<_> = registry().iter().map(|it| it.code).collect();
    assert!(codes.is_sorted() && codes.iter().collect::<HashSet<_>>().len() == codes.len(), "{codes:?}");
    assert!(codes.iter().all(|it| it.len() == 6 && it.starts_with("TN")), "{codes:?}");
    let names: Vec<_> = registry().iter().map(|it| it.name).collect();
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{names:?}");
    let kebab = |it: &&str| it.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    assert!(names.iter().all(kebab), "{names:?}");
}

#[test]
fn docs_have_the_headings_and_the_summary_its_form() {
    for rule in registry() {
        let docs = rule.docs();
        let headings: Vec<_> = docs.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(headings, HEADINGS, "{}", rule.code);
        assert!(!rule.summary.ends_with('.') && !rule.summary.is_empty(), "{}", rule.code);
    }
}

/// Docs cannot lie: what a rule calls an example raises this rule and no other, and what it calls the mend does not.
#[test]
fn examples_raise_their_rule_and_mends_do_not() {
    let mut wrong = Vec::new();
    for rule in registry().iter().filter(|it| NOT_SHOWN.iter().all(|(code, _)| code != &it.code)) {
        match fixture(rule, "Example") {
            None => wrong.push(format!("{}: no example in YAML", rule.code)),
            Some(example) => {
                let checked = example.check();
                let codes: HashSet<_> = checked.codes().into_iter().collect();
                if codes != HashSet::from([rule.code]) {
                    wrong.push(format!("{}: the example raises {:?}\n{}", rule.code, checked.codes(), checked.human()));
                }
            }
        }
        if let Some(mend) = fixture(rule, "Mend") {
            let checked = mend.check();
            // Before the rules have run there is no telling what they will say, so errors alone count there.
            let rest = |it: &Diagnostic| rule.code >= "TN0200" || it.rule.severity == Severity::Error;
            if checked.diagnostics.iter().any(rest) {
                wrong.push(format!("{}: the mend raises {:?}\n{}", rule.code, checked.codes(), checked.human()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_policy_rule_has_a_snapshot() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check/rules");
    let files = std::fs::read_dir(folder).expect("the folder of snapshots").map(|it| it.expect("an entry").path());
    let tests: String = files.map(|it| std::fs::read_to_string(it).expect("a test in UTF-8")).collect();
    for rule in registry().iter().filter(|it| it.code >= "TN0200") {
        let shown = tests.contains(&format!("example(\"{}\")", rule.code));
        assert!(shown || NOT_SHOWN.iter().any(|(code, _)| *code == rule.code), "{} has no snapshot", rule.code);
    }
}

#[test]
fn every_policy_rule_shows_its_mend_in_yaml() {
    for rule in registry().iter().filter(|it| it.code >= "TN0200") {
        assert!(fixture(rule, "Mend").is_some(), "{}", rule.code);
    }
}

#[test]
fn pages_are_fresh() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/diagnostics");
    let pages = pages(registry());
    let how = "run `cargo run -p tenantry -- explain-code --write-docs docs/diagnostics`";
    for (name, text) in &pages {
        let on_disk = std::fs::read_to_string(dir.join(name)).unwrap_or_default();
        assert!(on_disk == *text, "docs/diagnostics/{name} is out of date; {how}");
    }
    for entry in std::fs::read_dir(&dir).expect("docs/diagnostics") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name in UTF-8");
        assert!(pages.contains_key(&name) || name == "README.md", "no rule has docs/diagnostics/{name}; {how}");
    }
}
