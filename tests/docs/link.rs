//! Links between documents.

use crate::document::{self, Document};
use std::path::{Component, Path, PathBuf};

/// The other documents to which `document` links, below the workspace folder.
pub fn targets(document: &Document) -> impl Iterator<Item = String> {
    let paths = document.links.iter().filter_map(|(_, link)| below(&document.name, link.split('#').next()?).ok());
    paths.map(|path| path.display().to_string()).filter(|path| *path != document.name)
}

/// The links of `document` that lead nowhere. Links to other sites are not followed.
pub fn broken(document: &Document, all: &[Document]) -> Vec<String> {
    let outside = |link: &str| link.contains("://") || link.starts_with("mailto:");
    let inside = document.links.iter().filter(|(_, link)| !outside(link));
    inside
        .filter_map(|(line, link)| {
            let problem = follow(document, link, all).err()?;
            Some(format!("{}:{line}: `{link}` {problem}", document.name))
        })
        .collect()
}

fn follow(from: &Document, link: &str, all: &[Document]) -> Result<(), String> {
    let (path, fragment) = link.split_once('#').map_or((link, None), |(path, fragment)| (path, Some(fragment)));
    let target = if path.is_empty() { PathBuf::from(&from.name) } else { below(&from.name, path)? };
    if !document::root().join(&target).exists() {
        return Err(format!("leads to `{}`, which does not exist", target.display()));
    }
    let Some(fragment) = fragment else { return Ok(()) };
    let name = target.display().to_string();
    let document = all.iter().find(|document| document.name == name);
    let document = document.ok_or_else(|| format!("has a fragment and `{name}` is no document"))?;
    let found = document.anchors.iter().any(|anchor| anchor == fragment);
    if found { Ok(()) } else { Err(format!("names no heading of `{name}`")) }
}

/// `path` as seen from the folder of the document `from`, below the workspace folder.
fn below(from: &str, path: &str) -> Result<PathBuf, String> {
    let mut target = Path::new(from).parent().map(Path::to_path_buf).unwrap_or_default();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => target.push(name),
            Component::CurDir => {}
            Component::ParentDir if target.pop() => {}
            _ => return Err("leaves the project".to_owned()),
        }
    }
    Ok(target)
}
