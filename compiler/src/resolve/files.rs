//! The files of `tenantsFrom`: found beside the policy, and only there.

use super::reader::Reader;
use super::rules::{BAD_VALUE, TENANT_FILE_OUTSIDE};
use crate::source::{FileId, SourceMap, Spanned};
use crate::syntax;
use std::path::Path;

/// The largest tenant file, in bytes: some four million tenants.
const FILE_LIMIT: u64 = 256 << 20;
/// The most tenant files of one policy.
const MOST_FILES: usize = 256;

/// Reads the files that a policy names, as far as they can be read.
pub fn read(
    policy: &Path,
    named: Option<&Spanned<Vec<Spanned<String>>>>,
    sources: &mut SourceMap,
    reader: &mut Reader<'_>,
) -> Vec<FileId> {
    let Some(named) = named else { return Vec::new() };
    if named.value.len() > MOST_FILES {
        reader.push(
            BAD_VALUE
                .at(named.span, format!("`tenantsFrom` names {} files, more than {MOST_FILES}", named.value.len()))
                .help("join the files"),
        );
        return Vec::new();
    }
    let directory = match policy.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut files = Vec::new();
    for (index, name) in named.value.iter().enumerate() {
        if let Some(first) = named.value[..index].iter().find(|first| first.value == name.value) {
            reader.push(
                BAD_VALUE
                    .at(name.span, format!("`tenantsFrom` names `{}` twice", name.value))
                    .related(first.span, "first here"),
            );
        } else {
            files.extend(read_one(directory, name, sources, reader));
        }
    }
    files
}

fn read_one(
    directory: &Path,
    name: &Spanned<String>,
    sources: &mut SourceMap,
    reader: &mut Reader<'_>,
) -> Option<FileId> {
    let path = directory.join(&name.value);
    // A file that cannot be found is reported when it is opened.
    let inside = match (directory.canonicalize(), path.canonicalize()) {
        (Ok(directory), Ok(path)) => path.starts_with(directory),
        _ => Path::new(&name.value).components().all(|part| !matches!(part, std::path::Component::ParentDir)),
    };
    if !inside {
        let message = format!("`{}` is outside the directory of the policy", name.value);
        let help = "put the file beside the policy or below it; links out of the directory are not followed";
        reader.push(TENANT_FILE_OUTSIDE.at(name.span, message).help(help));
        return None;
    }
    match syntax::read(&path, FILE_LIMIT, sources) {
        Ok(file) => Some(file),
        Err(mut diagnostic) => {
            diagnostic.related.push((name.span, "named here".to_owned()));
            reader.push(diagnostic);
            None
        }
    }
}
