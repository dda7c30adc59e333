//! Versions, claims, templates and conditions.

use crate::diagnostic::clip;
use crate::resolve::form::{Form, List, Text};
use crate::resolve::reader::{Problem, Reader};
use crate::resolve::shape::{Shape, TextShape};
use crate::resolve::suggest;
use crate::syntax::{Kind, Node};

/// A minor version of Istio.
#[derive(Debug)]
pub struct IstioVersion;

/// The Istio versions that this compiler writes for.
const ISTIO: &[(&str, (u16, u16))] = &[("1.30", (1, 30)), ("1.31", (1, 31))];

impl Text for IstioVersion {
    type Value = (u16, u16);
    const SHAPE: TextShape = TextShape {
        noun: "an Istio version in quotes",
        pattern: Some("^1\\.(30|31)$"),
        longest: Some(16),
        examples: &["\"1.31\""],
    };

    fn parse(text: &str) -> Result<(u16, u16), Problem> {
        if let Some((_, version)) = ISTIO.iter().find(|(known, _)| *known == text) {
            return Ok(*version);
        }
        let known = suggest::list(ISTIO.iter().map(|(known, _)| *known));
        let patch = ISTIO.iter().find(|(known, _)| text.strip_prefix(known).is_some_and(|rest| rest.starts_with('.')));
        let problem = Problem::new(format!("is no Istio version that this compiler writes for: `{}`", clip(text)));
        Err(match patch {
            Some((minor, _)) => problem.help(format!("leave the patch out: `\"{minor}\"`")),
            None => problem.help(format!("it knows {known}")),
        })
    }
}

/// Where the tenant stands in a token: a claim, or a path of claims from the outside in.
#[derive(Debug)]
pub struct ClaimPath;

impl Form for ClaimPath {
    type Value = Vec<String>;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<Vec<String>> {
        if matches!(node.kind, Kind::Sequence(_)) {
            let path = List::<ClaimName, 1>::read(node, reader)?;
            return Some(path.into_iter().map(|claim| claim.value).collect());
        }
        Some(vec![ClaimName::read(node, reader)?])
    }

    fn shape() -> Shape {
        Shape::Either(vec![ClaimName::shape(), List::<ClaimName, 1>::shape()])
    }
}

/// The name of a claim.
#[derive(Debug)]
struct ClaimName;

impl Text for ClaimName {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the name of a claim, or a list of them",
        pattern: Some("^[!-~]+$"),
        longest: Some(128),
        examples: &["tenant_id", "https://example.com/tenant"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        visible(text, "the name of a claim")
    }
}

/// An audience of tokens.
#[derive(Debug)]
pub struct Audience;

impl Text for Audience {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "an audience",
        pattern: Some("^[!-~]+$"),
        longest: Some(256),
        examples: &["https://api.example.com"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        visible(text, "an audience")
    }
}

fn visible(text: &str, noun: &str) -> Result<String, Problem> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::new(format!("is not {noun}: `{}`", clip(text))).help("write visible ASCII characters"));
    }
    Ok(text.to_owned())
}

/// The template of a Phoenix project's name.
#[derive(Debug)]
pub struct ProjectTemplate;

impl Text for ProjectTemplate {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a project name, perhaps with `{org}` and `{tenant}`",
        pattern: Some(r"^([^{}\s]|\{(org|tenant)\})+$"),
        longest: Some(128),
        examples: &["\"cogniverse-{org}:{tenant}\""],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let bare = text.replace("{org}", "").replace("{tenant}", "");
        if bare.contains(['{', '}']) {
            return Err(Problem::new(format!("holds a placeholder that is not known: `{}`", clip(text)))
                .help("the placeholders are `{org}` and `{tenant}`"));
        }
        visible(text, "a project name")
    }
}

/// The name of a Phoenix project.
#[derive(Debug)]
pub struct ProjectName;

impl Text for ProjectName {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a project name",
        pattern: Some(r"^[^{}\s]+$"),
        longest: Some(128),
        examples: &["cogniverse-unassigned"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        if text.contains(['{', '}']) {
            return Err(Problem::new(format!("takes no placeholder: `{}`", clip(text)))
                .help("the requests of this project have no tenant"));
        }
        visible(text, "a project name")
    }
}

/// The name of a header, a query parameter or a JSON field, read in lower case.
#[derive(Debug)]
pub struct RedactName;

impl Text for RedactName {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the name of a header, a query parameter or a JSON field",
        pattern: Some("^[!-~]+$"),
        longest: Some(64),
        examples: &["password", "x-api-key"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        visible(text, "a name to redact").map(|name| name.to_ascii_lowercase())
    }
}

/// When Envoy tries again.
#[derive(Debug)]
pub struct RetryCondition;

/// Envoy's conditions for HTTP and gRPC retries.
const CONDITIONS: &[&str] = &[
    "5xx",
    "gateway-error",
    "reset",
    "reset-before-request",
    "connect-failure",
    "envoy-ratelimited",
    "refused-stream",
    "retriable-4xx",
    "retriable-headers",
    "retriable-status-codes",
    "cancelled",
    "deadline-exceeded",
    "internal",
    "resource-exhausted",
    "unavailable",
];

impl Text for RetryCondition {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a condition for retries such as `connect-failure`",
        pattern: Some(
            "^(5xx|gateway-error|reset|reset-before-request|connect-failure|envoy-ratelimited|refused-stream|\
             retriable-4xx|retriable-headers|retriable-status-codes|cancelled|deadline-exceeded|internal|\
             resource-exhausted|unavailable|[1-5][0-9]{2})$",
        ),
        longest: Some(32),
        examples: &["connect-failure", "refused-stream", "5xx", "\"503\""],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let status = text.len() == 3 && text.parse::<u16>().is_ok_and(|status| (100..600).contains(&status));
        if status || CONDITIONS.contains(&text) {
            return Ok(text.to_owned());
        }
        let problem = Problem::new(format!("is no condition for retries: `{}`", clip(text)));
        Err(match suggest::nearest(text, CONDITIONS.iter().copied()) {
            Some(nearest) => problem.help(format!("did you mean `{nearest}`?")),
            None => problem.help(format!("Envoy knows {} and status codes", CONDITIONS.join(", "))),
        })
    }
}
