//! A bounded list of diagnostics: a hostile file must not make a report as large as itself.

use crate::diagnostic::{Diagnostic, Rule};

/// The most diagnostics of one rule that one file can have.
const PER_RULE: usize = 50;

/// Diagnostics of one file.
#[derive(Debug, Default)]
pub struct Errors {
    list: Vec<Diagnostic>,
    counts: Vec<(&'static str, usize)>,
}

impl Errors {
    /// Adds a diagnostic, unless its rule has had its share; the last one shown then says how many follow.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.push_with(diagnostic.rule, || diagnostic);
    }

    /// Adds a diagnostic that takes work to put into words, which is saved when nobody would read them.
    pub fn push_with(&mut self, rule: &'static Rule, diagnostic: impl FnOnce() -> Diagnostic) {
        let count = self.count(rule);
        *count += 1;
        if *count <= PER_RULE {
            self.list.push(diagnostic());
        }
    }

    /// Takes over another file part's diagnostics.
    pub fn append(&mut self, other: Self) {
        for diagnostic in other.list {
            self.push(diagnostic);
        }
        for (code, count) in other.counts {
            let hidden = count.saturating_sub(PER_RULE);
            if let Some((_, total)) = self.counts.iter_mut().find(|(known, _)| *known == code) {
                *total += hidden;
            }
        }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are to show.
    pub const fn len(&self) -> usize {
        self.list.len()
    }

    /// The diagnostics, each rule's last one saying how many more there were.
    pub fn into_vec(mut self) -> Vec<Diagnostic> {
        for (code, count) in self.counts {
            if count > PER_RULE
                && let Some(last) = self.list.iter_mut().rev().find(|diagnostic| diagnostic.rule.code == code)
            {
                last.help.push(format!("{} more of this kind are not shown", count - PER_RULE));
            }
        }
        self.list
    }

    fn count(&mut self, rule: &'static Rule) -> &mut usize {
        let index = self.counts.iter().position(|(code, _)| *code == rule.code).unwrap_or_else(|| {
            self.counts.push((rule.code, 0));
            self.counts.len() - 1
        });
        &mut self.counts[index].1
    }
}
