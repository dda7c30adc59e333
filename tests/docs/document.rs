//! The documents, taken apart.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::fs;
use std::path::{Path, PathBuf};

/// One Markdown file.
pub struct Document {
    /// Path below the workspace folder.
    pub name: String,
    /// Whether it is a page about one diagnostic: the compiler's own tests run its examples.
    pub is_diagnostic: bool,
    /// Its fenced and indented blocks, in order.
    pub blocks: Vec<Block>,
    /// Where its links and images lead, with the line of each.
    pub links: Vec<(usize, String)>,
    /// The fragments that its headings answer to.
    pub anchors: Vec<String>,
}

/// One block of code.
pub struct Block {
    /// The line on which its first line of text stands.
    pub line: usize,
    /// The word after the fence; empty where there is none.
    pub language: String,
    /// What stands in it.
    pub text: String,
}

/// The workspace folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace folder")
}

/// Every document that readers see.
pub fn all() -> Vec<Document> {
    let mut files: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "SECURITY.md", "tests/istio/README.md", "wasm-out/README.md"]
            .map(|name| root().join(name))
            .into();
    markdown_below(&root().join("docs"), &mut files);
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

fn markdown_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().expect("docs is a folder").map(|entry| entry.expect("an entry of docs")) {
        let path = entry.path();
        if path.is_dir() {
            markdown_below(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
}

fn read(file: &Path) -> Document {
    let source = fs::read_to_string(file).unwrap_or_else(|error| panic!("`{}`: {error}", file.display()));
    let name = file.strip_prefix(root()).expect("documents lie in the workspace").display().to_string();
    let is_diagnostic = name.starts_with("docs/diagnostics/");
    let mut document = Document { name, is_diagnostic, blocks: Vec::new(), links: Vec::new(), anchors: Vec::new() };
    let line_of = |offset: usize| source[..offset].matches('\n').count() + 1;
    let mut heading: Option<String> = None;
    let mut in_block = false;
    for (event, range) in Parser::new_ext(&source, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(words) => words.to_string(),
                    CodeBlockKind::Indented => "text".to_owned(),
                };
                document.blocks.push(Block { line: line_of(range.start) + 1, language, text: String::new() });
                in_block = true;
            }
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(text) if in_block => {
                document.blocks.last_mut().expect("inside a block").text.push_str(&text);
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                document.links.push((line_of(range.start), dest_url.to_string()));
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                document.anchors.extend(heading.take().map(|text| anchor(&text)));
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    document
}

/// The fragment that code hosts give a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}
