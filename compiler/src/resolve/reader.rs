//! Walks the tree: knows where it is, collects what is wrong.

use super::rules::{AMBIGUOUS_SCALAR, BAD_VALUE, WRONG_TYPE};
use super::scalar::{Class, classify};
use crate::diagnostic::{Diagnostic, Rule, clip};
use crate::source::Span;
use crate::syntax::{Errors, Kind, Node, Scalar};

/// State of one reading of a tree.
#[derive(Debug, Default)]
pub struct Reader<'t> {
    errors: Errors,
    path: Vec<Step<'t>>,
}

/// A step from the root to where a reader is.
#[derive(Debug)]
pub enum Step<'t> {
    /// Below this key, which stands here.
    Key(&'t str, Span),
    /// In this item of a list.
    Item(usize),
}

/// A path for a sentence to start with.
pub fn subject(steps: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Key(key, _) if path.is_empty() => path.push_str(&clip(key)),
            Step::Key(key, _) => path.extend([".", &clip(key)]),
            Step::Item(index) => path.extend(["[", &index.to_string(), "]"]),
        }
    }
    if path.is_empty() { "the policy".to_owned() } else { format!("`{path}`") }
}

impl<'t> Reader<'t> {
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.errors.push(diagnostic);
    }

    /// Adds a finding that takes work to put into words.
    pub fn push_with(&mut self, rule: &'static Rule, diagnostic: impl FnOnce(&[Step<'t>]) -> Diagnostic) {
        let Self { errors, path } = self;
        errors.push_with(rule, || diagnostic(path));
    }

    /// Everything found.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.errors.into_vec()
    }

    /// Reads something below a key.
    pub fn below<T>(&mut self, key: &'t str, span: Span, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(Step::Key(key, span));
        let value = read(self);
        self.path.pop();
        value
    }

    /// Reads an item of a list.
    pub fn item<T>(&mut self, index: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(Step::Item(index));
        let value = read(self);
        self.path.pop();
        value
    }

    /// Where the reader is, for a sentence to start with: `services.vespa.callers[0]`, or the policy.
    pub fn subject(&self) -> String {
        subject(&self.path)
    }

    /// The key that the reader is directly below, or else the given place.
    pub fn key_span(&self, otherwise: Span) -> Span {
        match self.path.last() {
            Some(Step::Key(_, span)) => *span,
            _ => otherwise,
        }
    }

    /// Reports a node that is of another type than its place asks for. Broken nodes have their report already.
    pub fn wrong_type(&mut self, node: &Node, wanted: &str, help: Option<String>) {
        let found = match &node.kind {
            Kind::Broken => return,
            Kind::Sequence(_) => "a list".to_owned(),
            Kind::Mapping(_) => "a mapping".to_owned(),
            Kind::Scalar(scalar) => describe(scalar),
        };
        let mut diagnostic = WRONG_TYPE.at(node.span, format!("{} has to be {wanted}, not {found}", self.subject()));
        diagnostic.help.extend(help);
        self.push(diagnostic);
    }

    /// Reports a value that is of the right type and still makes no sense.
    pub fn bad_value(&mut self, span: Span, problem: Problem) {
        let mut diagnostic = BAD_VALUE.at(span, format!("{} {}", self.subject(), problem.message));
        diagnostic.help = problem.help;
        self.push(diagnostic);
    }

    /// The text of a node in a place that asks for text; reports anything else. `help` says how a number would have
    /// to be written in this place.
    pub fn text(&mut self, node: &'t Node, wanted: &str, help: impl Fn(&str) -> Option<String>) -> Option<&'t str> {
        let Kind::Scalar(scalar) = &node.kind else {
            self.wrong_type(node, wanted, None);
            return None;
        };
        if !scalar.plain {
            return Some(&scalar.text);
        }
        match classify(&scalar.text) {
            Class::Text => Some(&scalar.text),
            Class::Trap(meaning) => {
                self.ambiguous(&scalar.text, node.span, &meaning, help(&scalar.text));
                None
            }
            Class::Null => {
                self.wrong_type(node, wanted, None);
                None
            }
            Class::Flag(_) | Class::Integer | Class::Number => {
                let help = help(&scalar.text)
                    .unwrap_or_else(|| format!("quote it to make it text: `\"{}\"`", clip(&scalar.text)));
                self.wrong_type(node, wanted, Some(help));
                None
            }
        }
    }

    /// Reports a plain scalar that YAML 1.1 and YAML 1.2 read differently.
    pub fn ambiguous(&mut self, text: &str, span: Span, meaning: &str, help: Option<String>) {
        let text = clip(text);
        let help = help.unwrap_or_else(|| format!("quote it: `\"{text}\"`"));
        self.push(
            AMBIGUOUS_SCALAR
                .at(span, format!("`{text}` is {meaning} to readers of YAML 1.1 and something else to others"))
                .help(help),
        );
    }
}

/// What a scalar is, for a sentence.
fn describe(scalar: &Scalar) -> String {
    let text = clip(&scalar.text);
    if !scalar.plain {
        return format!("the text `{text}`");
    }
    match classify(&scalar.text) {
        Class::Null => "nothing".to_owned(),
        Class::Flag(_) => format!("the boolean `{text}`"),
        Class::Integer | Class::Number => format!("the number `{text}`"),
        Class::Text | Class::Trap(_) => format!("`{text}`"),
    }
}

/// Why a text is no value of its place. The message follows the field's name: "`timeout` has no unit".
#[derive(Debug)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// Ways out.
    pub help: Vec<String>,
}

impl Problem {
    /// A problem without a way out yet.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: Vec::new() }
    }

    /// Adds a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}
