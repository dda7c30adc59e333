//! The policy language as data: what the JSON Schema and the reference are generated from.

/// What may stand in a place of a policy.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Text in some notation.
    Text(TextShape),
    /// A whole number.
    Number(NumberShape),
    /// `true` or `false`.
    Flag,
    /// One of a few words.
    Choice(&'static [Choice]),
    /// A list.
    List {
        /// Its items.
        of: Box<Shape>,
        /// The fewest items.
        at_least: usize,
    },
    /// A mapping of names that the author chooses.
    Map {
        /// The notation of the names.
        key: TextShape,
        /// What they stand for.
        value: Box<Shape>,
        /// The fewest entries.
        at_least: usize,
        /// The most entries, if there is a limit.
        at_most: Option<usize>,
    },
    /// A mapping of fields that the language names.
    Record(&'static Record),
    /// Any of several shapes.
    Either(Vec<Shape>),
}

/// Text in some notation.
#[derive(Clone, Copy, Debug)]
pub struct TextShape {
    /// What it is, with an article: `a duration`.
    pub noun: &'static str,
    /// A regular expression that every accepted text matches, if one says anything.
    pub pattern: Option<&'static str>,
    /// The most characters, if limited.
    pub longest: Option<usize>,
    /// Texts that are accepted.
    pub examples: &'static [&'static str],
}

/// A whole number in a range.
#[derive(Clone, Copy, Debug)]
pub struct NumberShape {
    /// What it is, with an article: `a port`.
    pub noun: &'static str,
    /// Least value.
    pub least: u64,
    /// Greatest value.
    pub greatest: u64,
}

/// A word and its meaning.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// As it stands in the policy.
    pub name: &'static str,
    /// Markdown, from its doc comment; [`text`] tidies it.
    pub raw_docs: &'static str,
}

/// A mapping of fields.
#[derive(Debug)]
pub struct Record {
    /// Name of its declaration; see [`Record::name`].
    pub declared: &'static str,
    /// Markdown, from its doc comment; [`text`] tidies it.
    pub raw_docs: &'static str,
    /// Its fields, in the order of the reference.
    pub fields: &'static [Field],
}

impl Record {
    /// Name in the schema.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.declared.trim_end_matches("Form")
    }
}

/// A field of a record.
#[derive(Debug)]
pub struct Field {
    /// As it stands in the policy.
    pub name: &'static str,
    /// Markdown, from its doc comment; [`text`] tidies it.
    pub raw_docs: &'static str,
    /// Whether it may be left out, and what that means.
    pub presence: Presence,
    /// A value as it would be written, in YAML.
    pub example: Option<&'static str>,
    /// What may stand in it.
    pub shape: fn() -> Shape,
}

/// Whether a field may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It may not.
    Required,
    /// It may, and then means what its documentation says.
    Optional,
    /// It may, and is then read as if this YAML had been written.
    Default(&'static str),
}

/// Doc comment lines as one text, without the blank that follows `///`.
#[must_use]
pub fn text(raw_docs: &str) -> String {
    let lines: Vec<&str> = raw_docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}
