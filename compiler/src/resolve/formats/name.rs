//! Names of Kubernetes objects, labels, tenants, tiers and files.

use crate::diagnostic::clip;
use crate::resolve::form::Text;
use crate::resolve::reader::Problem;
use crate::resolve::shape::TextShape;

/// What is wrong with a DNS label (RFC 1123), if anything.
pub fn label_problem(text: &str) -> Option<&'static str> {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.is_empty() {
        Some("is empty")
    } else if text.len() > 63 {
        Some("is longer than 63 characters")
    } else if !text.bytes().all(inner) {
        Some("may hold lower-case letters, digits and `-` only")
    } else if text.starts_with('-') || text.ends_with('-') {
        Some("has to start and end with a letter or a digit")
    } else {
        None
    }
}

fn label(text: &str) -> Result<String, Problem> {
    let Some(problem) = label_problem(text) else { return Ok(text.to_owned()) };
    let mended = text.to_lowercase().replace(['_', ' ', '.'], "-");
    let mut problem = Problem::new(format!("{problem}: `{}`", clip(text)));
    if label_problem(&mended).is_none() {
        problem = problem.help(format!("write `{mended}`"));
    }
    Err(problem)
}

/// A name as Kubernetes and DNS take it: a DNS label that starts with a letter.
#[derive(Debug)]
pub struct Name;

impl Text for Name {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a name",
        pattern: Some("^[a-z]([-a-z0-9]*[a-z0-9])?$"),
        longest: Some(63),
        examples: &["search", "us-east"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let name = label(text)?;
        if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
            return Err(Problem::new(format!("has to start with a letter: `{text}`")));
        }
        Ok(name)
    }
}

/// The name of a tier.
#[derive(Debug)]
pub struct TierName;

impl Text for TierName {
    type Value = String;
    const SHAPE: TextShape = TextShape { examples: &["standard", "gold"], ..Name::SHAPE };

    fn parse(text: &str) -> Result<String, Problem> {
        Name::parse(text)
    }
}

/// The name of a Kubernetes object that need not be a DNS label, such as a secret.
#[derive(Debug)]
pub struct ObjectName;

impl Text for ObjectName {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the name of a Kubernetes object",
        pattern: Some(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"),
        longest: Some(253),
        examples: &["api-tls"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        if !text.contains('.') {
            return label(text);
        }
        if text.split('.').any(|part| label_problem(part).is_some()) {
            return Err(Problem::new(format!("is no name of a Kubernetes object: `{}`", clip(text)))
                .help("write lower-case letters, digits, `-` and `.`"));
        }
        Ok(text.to_owned())
    }
}

/// The name of an entry of a Secret.
#[derive(Debug)]
pub struct SecretEntry;

impl Text for SecretEntry {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the name of an entry of a Secret",
        pattern: Some("^[-._a-zA-Z0-9]+$"),
        longest: Some(253),
        examples: &["api-key"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if text.is_empty() || text == "." || text == ".." || !text.bytes().all(allowed) {
            return Err(Problem::new(format!("is no name of an entry of a Secret: `{}`", clip(text)))
                .help("write letters, digits, `-`, `.` and `_`"));
        }
        Ok(text.to_owned())
    }
}

/// The name of a Service's port.
#[derive(Debug)]
pub struct PortName;

impl Text for PortName {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the name of a port",
        pattern: Some("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"),
        longest: Some(63),
        examples: &["grpc-otlp"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        label(text)
    }
}

/// A tenant id, before it is held against the policy's grammar.
#[derive(Debug)]
pub struct TenantId;

impl Text for TenantId {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a tenant id",
        pattern: Some("^[A-Za-z0-9_:-]+$"),
        longest: Some(tenantry_engine::config::MAX_ID_BYTES),
        examples: &["tenant_a", "acme:production"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-');
        if text.is_empty() || !text.bytes().all(known) {
            return Err(Problem::new(format!("is no tenant id: `{}`", clip(text)))
                .help("every grammar of `tenancy.ids` is made of ASCII letters, digits, `_`, `:` and `-`"));
        }
        Ok(text.to_owned())
    }
}

/// The key of a pod label.
#[derive(Debug)]
pub struct LabelKey;

impl Text for LabelKey {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the key of a label",
        pattern: Some(r"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$"),
        longest: Some(317),
        examples: &["version", "app.kubernetes.io/name"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let (prefix, name) = text.split_once('/').map_or((None, text), |(prefix, name)| (Some(prefix), name));
        let prefix_ok = prefix
            .is_none_or(|prefix| prefix.len() <= 253 && prefix.split('.').all(|part| label_problem(part).is_none()));
        if !prefix_ok || name.is_empty() || !label_value(name) {
            return Err(Problem::new(format!("is no key of a label: `{}`", clip(text)))
                .help("write it as in `version` or `app.kubernetes.io/name`"));
        }
        Ok(text.to_owned())
    }
}

/// The value of a pod label.
#[derive(Debug)]
pub struct LabelValue;

impl Text for LabelValue {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the value of a label",
        pattern: Some("^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$"),
        longest: Some(63),
        examples: &["v1"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        if text.is_empty() || !label_value(text) {
            return Err(Problem::new(format!("is no value of a label: `{}`", clip(text)))
                .help("write letters, digits, `-`, `_` and `.`, with a letter or digit at both ends"));
        }
        Ok(text.to_owned())
    }
}

fn label_value(text: &str) -> bool {
    let edge = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.len() <= 63
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && edge(bytes.first())
        && edge(bytes.last())
}

/// A container image with a tag or a digest.
#[derive(Debug)]
pub struct Image;

impl Text for Image {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a container image with a tag or a digest",
        pattern: Some(r"^[a-zA-Z0-9][a-zA-Z0-9._/:-]*(:[A-Za-z0-9_][A-Za-z0-9._-]*|@sha256:[0-9a-f]{64})$"),
        longest: Some(512),
        examples: &["arizephoenix/phoenix:version-20.26.1"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let bad = || {
            Problem::new(format!("is no container image with a tag or a digest: `{}`", clip(text)))
                .help("write it as in `arizephoenix/phoenix:version-20.26.1`")
        };
        let (repository, pinned) = match text.split_once("@sha256:") {
            Some((repository, digest)) => {
                let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                (repository, digest.len() == 64 && digest.bytes().all(hex))
            }
            // A colon before the last slash belongs to the registry's port.
            None => match text.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
                Some((repository, tag)) => {
                    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
                    (
                        repository,
                        tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && tag.bytes().all(known),
                    )
                }
                None => return Err(bad()),
            },
        };
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/' | b':');
        let starts = repository.starts_with(|first: char| first.is_ascii_alphanumeric());
        if pinned && starts && repository.bytes().all(known) { Ok(text.to_owned()) } else { Err(bad()) }
    }
}

/// The path of a tenant file, relative to the policy.
#[derive(Debug)]
pub struct FilePath;

impl Text for FilePath {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the path of a CSV file",
        pattern: Some(r"^[^/\\].*$"),
        longest: Some(1_024),
        examples: &["tenants.csv"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        if text.is_empty() {
            return Err(Problem::new("is empty"));
        }
        // Windows' notations are refused everywhere, so that a policy means the same on every machine.
        let drive = text.as_bytes().get(1) == Some(&b':');
        if text.starts_with(['/', '\\']) || drive {
            return Err(Problem::new(format!("has to be relative to the policy file, not absolute: `{}`", clip(text)))
                .help("put the file beside the policy, so that both move together"));
        }
        if text.contains('\\') {
            return Err(Problem::new(format!("has to be written with `/`: `{}`", clip(text))));
        }
        Ok(text.to_owned())
    }
}
