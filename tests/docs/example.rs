//! Policies in the documents.

use crate::{document, shell};
use std::fs;
use std::process::Command;
use tempfile::TempDir;

/// What an example of a few fields may lack: other fields, and the things that its own names refer to.
const INCOMPLETE: [&str; 2] = ["TN0102", "TN0107"];

/// Checks an example: a whole policy, or top-level sections that stand in place of the reference policy's. Where it
/// `may_be_incomplete`, only what it says has to be right.
pub fn check(example: &str, may_be_incomplete: bool) -> Result<(), String> {
    let policy = if example.starts_with("apiVersion:") { example.to_owned() } else { with_sections(example)? };
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    let file = folder.path().join("policy.yaml");
    fs::write(&file, &policy).map_err(|error| error.to_string())?;
    let mut tenantry = Command::new(shell::built_tenantry());
    let output = tenantry.arg("check").arg(&file).output().map_err(|error| error.to_string())?;
    let diagnostics = String::from_utf8_lossy(&output.stderr);
    let mut errors = diagnostics.lines().filter_map(|line| line.strip_prefix("error[")?.split(']').next());
    let is_fine = match output.status.code() {
        Some(0) => true,
        Some(1) => may_be_incomplete && errors.all(|code| INCOMPLETE.contains(&code)),
        _ => false,
    };
    if is_fine { Ok(()) } else { Err(diagnostics.into_owned()) }
}

/// The reference policy with the example's top-level sections in place of its own.
fn with_sections(example: &str) -> Result<String, String> {
    let reference = fs::read_to_string(document::root().join("policies/cogniverse.yaml"))
        .map_err(|error| format!("policies/cogniverse.yaml: {error}"))?;
    let replaced: Vec<&str> = sections(example).map(|(name, _)| name).collect();
    let kept = sections(&reference).filter(|(name, _)| !replaced.contains(name)).map(|(_, text)| text);
    Ok(kept.chain([example]).collect())
}

/// The top-level sections of a policy's text: name, and text up to the next section.
fn sections(policy: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut starts: Vec<usize> = Vec::new();
    let mut offset = 0;
    for line in policy.split_inclusive('\n') {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            starts.push(offset);
        }
        offset += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([policy.len()]).collect::<Vec<_>>();
    starts.into_iter().zip(ends).map(|(start, end)| {
        let text = &policy[start..end];
        (text.split(':').next().unwrap_or_default(), text)
    })
}
