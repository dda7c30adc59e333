//! Files from disk, with a bound on their size and a place for every complaint.

use super::rules::{NOT_UTF8, TOO_LARGE, UNREADABLE};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceMap, Span};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// The largest policy file, in bytes. Larger tenant sets belong in `tenantsFrom`.
pub const POLICY_LIMIT: u64 = 4 << 20;

/// Reads a text file of at most `limit` bytes into the map.
///
/// # Errors
/// A diagnostic that says what is wrong with the file, or where its first byte that is not UTF-8 stands. The file
/// is in the map then, too, with the text before that place, so that the diagnostic can be shown.
pub fn read(path: &Path, limit: u64, sources: &mut SourceMap) -> Result<FileId, Diagnostic> {
    let bytes = match read_bytes(path, limit) {
        Ok(bytes) => bytes,
        Err(refusal) => {
            let file = sources.add(path.to_path_buf(), String::new());
            return Err(refusal.diagnostic(Span { file, start: 0, end: 0 }, path, limit));
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(sources.add(path.to_path_buf(), text)),
        Err(error) => Err(not_utf8(path, error, sources)),
    }
}

enum Refusal {
    Io(std::io::Error),
    Directory,
    TooLarge(Option<u64>),
}

fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Refusal> {
    let file = File::open(path).map_err(Refusal::Io)?;
    let metadata = file.metadata().map_err(Refusal::Io)?;
    if metadata.is_dir() {
        return Err(Refusal::Directory);
    }
    if metadata.len() > limit {
        return Err(Refusal::TooLarge(Some(metadata.len())));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    // A pipe or a device has no length to ask for, so reading is bounded as well.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(Refusal::Io)?;
    if bytes.len() as u64 > limit {
        return Err(Refusal::TooLarge(None));
    }
    Ok(bytes)
}

impl Refusal {
    fn diagnostic(self, span: Span, path: &Path, limit: u64) -> Diagnostic {
        let standard_input = path.as_os_str() == "-";
        let path = path.display();
        match self {
            Self::Io(error) if standard_input => UNREADABLE
                .at(span, format!("cannot read `-`: {}", lower(&error)))
                .help("a policy is a file, because it names others beside it; for standard input write `/dev/stdin`"),
            Self::Io(error) => UNREADABLE.at(span, format!("cannot read `{path}`: {}", lower(&error))),
            Self::Directory => {
                UNREADABLE.at(span, format!("`{path}` is a directory")).help("name the policy file in it")
            }
            Self::TooLarge(size) => {
                let size = size.map_or_else(String::new, |size| format!(" ({size} bytes)"));
                TOO_LARGE
                    .at(span, format!("`{path}` is larger than {limit} bytes{size}"))
                    .help("keep large tenant sets in CSV files and name them in `tenantsFrom`")
            }
        }
    }
}

/// An I/O error in the house's prose: lower case and without the number in brackets.
fn lower(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn not_utf8(path: &Path, error: std::string::FromUtf8Error, sources: &mut SourceMap) -> Diagnostic {
    let good = error.utf8_error().valid_up_to();
    let mut bytes = error.into_bytes();
    let bad = bytes[good];
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    bytes.truncate(good);
    // What follows the bad byte is not text; a mark stands in for it, so that the diagnostic has something to show.
    let mut text = String::from_utf8(bytes).unwrap_or_default();
    text.push(char::REPLACEMENT_CHARACTER);
    let file = sources.add(path.to_path_buf(), text);
    let start = u32::try_from(good).unwrap_or(u32::MAX);
    let span = Span { file, start, end: start.saturating_add(3) };
    let diagnostic = NOT_UTF8.at(span, format!("the byte 0x{bad:02x} at offset {good} is not UTF-8"));
    diagnostic.help(if utf16 { "the file looks like UTF-16; save it as UTF-8" } else { "save the file as UTF-8" })
}
