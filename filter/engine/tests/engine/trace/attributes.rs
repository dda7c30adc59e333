//! The declarations hold, and nothing else is written.

use tenantry_engine::trace::attributes::{Attribute, RESOURCE, SPAN};

fn declared() -> impl Iterator<Item = &'static Attribute> {
    RESOURCE.iter().chain(SPAN).copied()
}

#[test]
fn no_key_is_also_a_branch() {
    let keys: Vec<&str> = declared().map(|attribute| attribute.key).collect();
    for key in &keys {
        let below = format!("{key}.");
        let clashes: Vec<_> = keys.iter().filter(|other| other.starts_with(&below) || *other == &below).collect();
        assert!(clashes.is_empty(), "{key} and {clashes:?}");
        assert_eq!(keys.iter().filter(|other| *other == key).count(), 1, "{key}");
        assert!(key.bytes().all(|b| matches!(b, b'a'..=b'z' | b'_' | b'.')), "{key}");
    }
}

#[test]
fn declarations_read_as_rows_of_a_table() {
    for attribute in declared() {
        for text in [attribute.meaning, attribute.source, attribute.when] {
            let bare = text.trim_matches(['.', ' ', '\n']);
            assert!(!text.is_empty() && text == bare && !text.contains('|'), "{}: {text:?}", attribute.key);
        }
    }
}
