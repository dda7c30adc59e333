//! The parser's complaints in the words of someone who writes a policy.

/// What is wrong, and a way out where one is likely.
pub type Explanation = (&'static str, Option<&'static str>);

const UNCLOSED_QUOTE: Explanation =
    ("the text in quotes is not closed", Some("close it with the quote that opens it, on the same or a deeper line"));
const UNCLOSED_BRACKET: Explanation = (
    "the brackets are not closed, or a comma is missing between two values",
    Some("close every `[` with `]` and every `{` with `}`"),
);
/// A line where an entry should stand.
pub const NO_ENTRY: Explanation =
    ("the line is neither `NAME: VALUE` nor an item of a list", Some("write a `:` and a blank behind the name"));
const BAD_ESCAPE: Explanation = (
    "the text in double quotes holds an escape that YAML does not know",
    Some("write `\\\\` for a backslash, or use single quotes"),
);

/// A part of the parser's message, and what it means.
const EXPLANATIONS: &[(&str, Explanation)] = &[
    ("unexpected end of stream", UNCLOSED_QUOTE),
    ("invalid indentation in quoted scalar", UNCLOSED_QUOTE),
    ("unexpected document indicator", UNCLOSED_QUOTE),
    (
        "invalid trailing content after",
        ("something follows the closing quote", Some("inside single quotes, write a quote twice: `'it''s'`")),
    ),
    ("expected ',' or", UNCLOSED_BRACKET),
    ("invalid indentation in flow construct", UNCLOSED_BRACKET),
    ("illegal placement of ':'", UNCLOSED_BRACKET),
    ("misplaced bracket", ("a bracket closes nothing", Some("remove it, or quote the text that it belongs to"))),
    (
        "mapping values are not allowed",
        (
            "a `:` is out of place here",
            Some("indent entries of one mapping alike, write a blank behind `:`, and quote a text that holds `: `"),
        ),
    ),
    ("simple key expect", NO_ENTRY),
    ("expected node content", ("a value is missing here", None)),
    (
        "did not find expected key",
        ("the line is indented unlike the entries around it", Some("indent entries of one mapping alike")),
    ),
    (
        "did not find expected '-'",
        (
            "the list ends here, and what follows is not indented like what it belongs to",
            Some("start each item with `- `"),
        ),
    ),
    (
        "invalid indentation",
        ("the line is indented unlike the entries around it", Some("indent entries of one mapping alike")),
    ),
    ("unexpected character", ("a text may not start with this character", Some("quote the text"))),
    ("cannot start with '-'", ("a text may not start with `-` and a bracket", Some("quote the text"))),
    (
        "block sequence entries are not allowed",
        ("an item of a list may not stand here", Some("start the list on a line of its own")),
    ),
    ("unknown escape", BAD_ESCAPE),
    ("hexadecimal number", BAD_ESCAPE),
    ("Unicode character escape", BAD_ESCAPE),
    ("tab", ("a tab may not stand here", Some("indent with spaces"))),
    (
        "comment intercepting",
        ("a comment stands inside a text of several lines", Some("move the comment, or quote the text")),
    ),
];

/// Puts a complaint of the parser into plain words, if it is a known one.
pub fn explain(info: &str) -> Option<Explanation> {
    EXPLANATIONS.iter().find(|(part, _)| info.contains(part)).map(|(_, explanation)| *explanation)
}
