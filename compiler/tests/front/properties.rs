//! Whatever is thrown at them, the parser and the reader answer.

use crate::policies::reference_policies;
use crate::schema::{as_json, validator};
use crate::support::load_bytes;
use proptest::prelude::*;
use std::path::PathBuf;
use tenantry::resolve::Loaded;
use tenantry::source::SourceMap;
use tenantry::syntax::{self, Kind, Node};

/// Pieces from which YAML is made, and pieces that break it.
const PIECES: &[&str] = &[
    "tenants", "tenant_a", "cluster", ": ", ":", "\n", "\n  ", "\n    ", "- ", "[", "]", "{", "}", ",", "\"", "'", "#",
    " # ", "|", ">", "&a ", "*a", "!!str ", "<<", "---", "...", "%", "@", "\t", "é", "\u{feff}", "\r\n", "\\", "~",
    "1", "no", "12:30", "1e9", "-", "?", "? ", "x: y",
];

/// Text that looks like YAML to a part.
fn yamlish() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

/// A reference policy with a few pieces of its text replaced, removed or doubled.
fn mutated() -> impl Strategy<Value = String> {
    let policies: Vec<String> = reference_policies()
        .iter()
        // The policy with tenant files beside it would lack them.
        .filter(|path| !path.ends_with("large-tenants/policy.yaml"))
        .map(|path| std::fs::read_to_string(path).expect("a reference policy"))
        .collect();
    let edit = (any::<prop::sample::Index>(), 0..20_usize, prop::sample::select(PIECES));
    (prop::sample::select(policies), prop::collection::vec(edit, 1..4)).prop_map(|(mut text, edits)| {
        for (place, length, piece) in edits {
            let floor = |mut at: usize| {
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            let start = floor(place.index(text.len() + 1));
            let end = floor((start + length).min(text.len()));
            text.replace_range(start..end.max(start), piece);
        }
        text
    })
}

fn parse(text: &str) -> (SourceMap, syntax::Tree, usize) {
    let mut sources = SourceMap::default();
    let file = sources.add(PathBuf::from("policy.yaml"), text.to_owned());
    let (tree, errors) = syntax::parse(&sources, file);
    (sources, tree, errors.len())
}

/// Every span lies in the text, between characters, and within its parent's.
fn spans_are_sound(node: &Node, text: &str) {
    let inside = |start: u32, end: u32| text.get(start as usize..end as usize).is_some();
    assert!(inside(node.span.start, node.span.end), "{:?} of {}", node.span, text.len());
    match &node.kind {
        Kind::Sequence(items) => items.iter().for_each(|item| spans_are_sound(item, text)),
        Kind::Mapping(entries) => {
            for entry in entries {
                assert!(inside(entry.key_span.start, entry.key_span.end));
                spans_are_sound(&entry.value, text);
            }
        }
        Kind::Scalar(_) | Kind::Broken => {}
    }
}

fn is_told_why(loaded: &Loaded) {
    assert!(loaded.policy.is_some() || !loaded.diagnostics.is_empty());
    for diagnostic in &loaded.diagnostics {
        let places = std::iter::once(diagnostic.primary.0).chain(diagnostic.related.iter().map(|(span, _)| *span));
        for span in places {
            let text = &loaded.sources.file(span.file).text;
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{diagnostic:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let (_directory, loaded) = load_bytes(&bytes, &[]);
        is_told_why(&loaded);
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in "\\PC{0,200}") {
        let (sources, tree, _) = parse(&text);
        if let Some(root) = &tree.root {
            spans_are_sound(root, &sources.file(root.span.file).text);
        }
    }

    #[test]
    fn text_like_yaml_is_parsed_or_refused(text in yamlish()) {
        let (sources, tree, errors) = parse(&text);
        if let Some(root) = &tree.root {
            spans_are_sound(root, &sources.file(root.span.file).text);
        }
        prop_assert!(tree.root.is_some() || errors > 0);
        for comment in &tree.comments {
            let start = comment.span.start as usize;
            prop_assert!(text[start..].starts_with('#'));
        }
    }

    #[test]
    fn mutated_policies_are_answered_and_agree_with_the_schema(text in mutated()) {
        let (_directory, loaded) = load_bytes(text.as_bytes(), &[]);
        is_told_why(&loaded);
        if loaded.policy.is_some() {
            let policy = as_json(&text).expect("another YAML library reads what ours accepts");
            let found: Vec<String> = validator().iter_errors(&policy).map(|error| error.to_string()).collect();
            prop_assert!(found.is_empty(), "accepted, and not by the schema: {:?}\n{}", found, text);
        }
    }

    #[test]
    fn any_tenant_file_is_answered(csv in "(id|cluster|tier|status|acme|us|eu|,|\"|\n|\r\n| |;|x){0,60}") {
        let policy = crate::support::complete("tenantsFrom: [tenants.csv]\n");
        let (_directory, loaded) = load_bytes(policy.as_bytes(), &[("tenants.csv", &csv)]);
        is_told_why(&loaded);
    }
}
