//! Texts packed into the few short regular expressions that a rule may hold.

use sha2::{Digest, Sha256};

/// The longest string of a condition, in characters.
pub const LONGEST: usize = 128;

/// What stands around the alternatives, so that an expression matches whole values whether or not the load balancer
/// anchors it by itself.
const FRAME: usize = "^()$".len();

/// As few expressions as the order allows, each matching some of the texts whole. None when a text is too long for
/// one. The texts are expressions themselves; [`literal`] makes one of any text.
pub fn expressions<T: AsRef<str>>(texts: &[T]) -> Option<Vec<String>> {
    let mut packed: Vec<String> = Vec::new();
    for text in texts.iter().map(AsRef::as_ref) {
        if FRAME + text.len() > LONGEST {
            return None;
        }
        match packed.last_mut() {
            Some(last) if FRAME + last.len() + 1 + text.len() <= LONGEST => last.extend(["|", text]),
            _ => packed.push(text.to_owned()),
        }
    }
    Some(packed.into_iter().map(|alternatives| format!("^({alternatives})$")).collect())
}

/// An expression that matches a text and nothing else.
pub fn literal(text: &str) -> String {
    let mut expression = String::with_capacity(text.len());
    for char in text.chars() {
        if !char.is_ascii_alphanumeric() && !matches!(char, '_' | '-' | ':' | '/' | '~' | '@' | '\'' | '"') {
            expression.push('\\');
        }
        expression.push(char);
    }
    expression
}

/// Splits ids into bundles that each fit into `strings` expressions.
///
/// An id's place depends on its own hash alone: a bundle that is too full is halved by the next bit. So one tenant more
/// or less changes one bundle, perhaps two, and whoever applies the change needs room for as many rules only.
pub fn bundles<'a>(ids: &[&'a str], strings: usize) -> Vec<Vec<&'a str>> {
    let hashed = ids.iter().map(|id| (hash(id), *id)).collect();
    let mut found = Vec::new();
    halve(hashed, strings, 0, &mut found);
    found
}

fn hash(id: &str) -> [u8; 32] {
    Sha256::digest(id.as_bytes()).into()
}

fn halve<'a>(ids: Vec<([u8; 32], &'a str)>, strings: usize, bit: usize, found: &mut Vec<Vec<&'a str>>) {
    let bare: Vec<&str> = ids.iter().map(|(_, id)| *id).collect();
    // One that is too long for any expression stands alone; the checks refuse it.
    if bare.len() <= 1 || expressions(&bare).is_some_and(|packed| packed.len() <= strings) {
        found.extend((!bare.is_empty()).then_some(bare));
        return;
    }
    let is_set = |hash: &[u8; 32]| hash.get(bit / 8).is_some_and(|byte| byte & (0x80 >> (bit % 8)) != 0);
    let (ones, zeros): (Vec<_>, Vec<_>) = ids.into_iter().partition(|(hash, _)| is_set(hash));
    halve(zeros, strings, bit + 1, found);
    halve(ones, strings, bit + 1, found);
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, bundles, expressions, literal};
    use std::collections::BTreeSet;

    fn ids(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("tenant_{number:04}")).collect()
    }

    fn refs(ids: &[String]) -> Vec<&str> {
        ids.iter().map(String::as_str).collect()
    }

    #[test]
    fn expressions_are_as_full_as_they_may_be() {
        let ids = ids(40);
        let packed = expressions(&ids).expect("short ids");
        assert!(packed.iter().all(|it| it.len() <= LONGEST && it.starts_with("^(") && it.ends_with(")$")));
        assert_eq!(packed.len(), 4, "ten of eleven characters and their bars in each: {packed:?}");
        assert_eq!(expressions(&["a".repeat(LONGEST - 4)]).map(|it| it.len()), Some(1));
        assert_eq!(expressions(&["a".repeat(LONGEST - 3)]), None);
    }

    #[test]
    fn texts_are_not_expressions() {
        assert_eq!(literal("/a.b+(c)|d$"), r"/a\.b\+\(c\)\|d\$");
        assert_eq!(literal("acme:web-1_x"), "acme:web-1_x");
    }

    #[test]
    fn every_id_is_in_one_bundle_that_fits() {
        let ids = ids(1_000);
        let bundles = bundles(&refs(&ids), 3);
        let mut seen = BTreeSet::new();
        for bundle in &bundles {
            assert!(expressions(bundle).is_some_and(|packed| packed.len() <= 3));
            assert!(bundle.iter().all(|id| seen.insert(*id)));
        }
        assert_eq!(seen.len(), ids.len());
    }

    #[test]
    fn one_tenant_more_changes_a_bundle_or_two() {
        let ids = ids(1_001);
        let refs = refs(&ids);
        for left_out in [0, 500, 1_000] {
            let mut fewer = refs.clone();
            fewer.remove(left_out);
            let then: BTreeSet<Vec<&str>> = bundles(&fewer, 3).into_iter().collect();
            let new = bundles(&refs, 3).into_iter().filter(|bundle| !then.contains(bundle)).count();
            assert!((1..=2).contains(&new), "{new}");
        }
    }
}
