//! Comments that excuse a finding: `# tenantry: allow(TN0215) reason`.
//!
//! A comment behind a value speaks about its own line, a comment with a line to itself about the next line that
//! is not such a comment.

mod comment;
mod forbidden;
mod malformed;
mod no_reason;
mod unknown_code;
mod unused;

use super::output::filter_refuses;
use super::{find, is_policy_rule};
use crate::diagnostic::{Diagnostic, Rule};
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::Comment;
use comment::Allow;
use std::collections::HashSet;

/// The rules about suppressions, in the order of their codes.
pub static RULES: &[&Rule] =
    &[&no_reason::RULE, &unknown_code::RULE, &unused::RULE, &forbidden::RULE, &malformed::RULE];

/// Every suppression of a run.
#[derive(Debug, Default)]
pub struct Suppressions {
    list: Vec<Suppression>,
}

/// One code of one comment.
#[derive(Debug)]
struct Suppression {
    rule: &'static Rule,
    file: FileId,
    line: usize,
    comment: Span,
    used: bool,
}

impl Suppressions {
    /// Reads the comments of a policy, and says what is wrong with those that are meant for us.
    #[must_use]
    pub fn read(comments: &[Comment]) -> (Self, Vec<Diagnostic>) {
        let alone: HashSet<_> = comments.iter().filter(|it| it.alone).map(|it| (it.span.file, it.line)).collect();
        let mut suppressions = Self::default();
        let mut found = Vec::new();
        for comment in comments {
            let Some(content) = comment.text.strip_prefix("tenantry:") else { continue };
            let Some(allow) = Allow::parse(content) else {
                found.push(malformed(comment.span));
                continue;
            };
            if allow.reason.is_empty() {
                let message = "this suppression does not say why";
                found.push(no_reason::RULE.at(comment.span, message).help("write the reason after `allow(...)`"));
            }
            let mut line = comment.line;
            while alone.contains(&(comment.span.file, line)) {
                line += 1;
            }
            for code in allow.codes {
                match suppressible(code, comment.span) {
                    Ok(rule) => suppressions.list.push(Suppression {
                        rule,
                        file: comment.span.file,
                        line,
                        comment: comment.span,
                        used: false,
                    }),
                    Err(diagnostic) => found.push(diagnostic),
                }
            }
        }
        (suppressions, found)
    }

    /// Takes out what a comment excuses, and returns how many diagnostics that were.
    pub fn apply(&mut self, sources: &SourceMap, diagnostics: &mut Vec<Diagnostic>) -> usize {
        let before = diagnostics.len();
        diagnostics.retain(|diagnostic| {
            let (span, _) = diagnostic.primary;
            let line = sources.file(span.file).position(span.start).0;
            let here =
                |it: &&mut Suppression| it.rule.code == diagnostic.rule.code && it.file == span.file && it.line == line;
            self.list.iter_mut().filter(here).map(|it| it.used = true).count() == 0
        });
        before - diagnostics.len()
    }

    /// The suppressions of policy rules that excused nothing. Rules of later stages may not have run yet.
    #[must_use]
    pub fn unused(&self) -> Vec<Diagnostic> {
        let idle = self.list.iter().filter(|it| !it.used && is_policy_rule(it.rule));
        idle.map(|it| {
            let message = format!("there is no {} here to suppress", it.rule.code);
            unused::RULE.at(it.comment, message).help("remove it, or move it to the line of the diagnostic")
        })
        .collect()
    }
}

fn malformed(span: Span) -> Diagnostic {
    malformed::RULE.at(span, "this comment for tenantry cannot be read").help("write `# tenantry: allow(CODE) reason`")
}

/// The rule behind a code, if a comment may excuse it.
fn suppressible(code: &str, span: Span) -> Result<&'static Rule, Diagnostic> {
    let Some(rule) = find(code).filter(|it| it.code == code) else {
        let unknown = unknown_code::RULE.at(span, format!("there is no diagnostic `{code}`"));
        return Err(unknown.help("`tenantry explain-code` lists them all"));
    };
    let never = [&filter_refuses::RULE].into_iter().chain(RULES.iter().copied());
    if rule.code < "TN0200" || never.into_iter().any(|it| it.code == rule.code) {
        let message = format!("{} ({}) cannot be suppressed", rule.code, rule.name);
        return Err(forbidden::RULE.at(span, message).help("mend what it points at"));
    }
    Ok(rule)
}
