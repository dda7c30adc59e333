//! Every command, example and link of the documents.
//!
//! A fenced block says what it is, and is held to it:
//!
//! | block | must |
//! |---|---|
//! | `console` | run, and print what stands under each `$ ` line (`...` stands for anything) |
//! | `sh` | run |
//! | `yaml` | be a policy, or sections of one that the reference policy accepts in place of its own |
//! | `json` | be JSON |
//! | `text` | nothing: a picture or a file listing |

mod document;
mod example;
mod link;
mod picture;
mod shell;

use document::{Block, Document};

/// The blocks that this test holds to what they say, in all documents but the pages about diagnostics.
fn blocks(documents: &[Document]) -> impl Iterator<Item = (&Document, &Block)> {
    let held = documents.iter().filter(|document| !document.is_diagnostic);
    held.flat_map(|document| document.blocks.iter().map(move |block| (document, block)))
}

/// The blocks in one of `languages`.
fn written_in<'d>(documents: &'d [Document], languages: &[&str]) -> Vec<(&'d Document, &'d Block)> {
    blocks(documents).filter(|(_, block)| languages.contains(&block.language.as_str())).collect()
}

/// Fails with all of `problems` at once.
fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn every_block_says_what_it_is() {
    let known = ["console", "sh", "yaml", "json", "text"];
    let documents = document::all();
    let unknown = blocks(&documents).filter(|(_, block)| !known.contains(&block.language.as_str()));
    let problems: Vec<_> = unknown
        .map(|(document, block)| format!("{}:{}: a block of `{}`", document.name, block.line, block.language))
        .collect();
    assert_none(&problems);
}

#[test]
fn every_command_runs_and_prints_what_is_shown() {
    let documents = document::all();
    let mut problems = Vec::new();
    for document in documents.iter().filter(|document| !document.is_diagnostic) {
        // Blocks of one document build on each other, as a reader would type them.
        let sandbox = shell::Sandbox::new();
        for block in document.blocks.iter().filter(|block| ["console", "sh"].contains(&block.language.as_str())) {
            for command in shell::commands(block) {
                if let Err(problem) = sandbox.check(&command) {
                    problems.push(format!("{}:{}: {problem}", document.name, command.line));
                }
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn every_command_that_is_not_run_stands_in_a_document() {
    let documents = document::all();
    let commands: Vec<_> =
        written_in(&documents, &["console", "sh"]).iter().flat_map(|(_, block)| shell::commands(block)).collect();
    let unused = shell::NOT_RUN.iter().filter(|(start, _)| !commands.iter().any(|command| command.is(start)));
    let problems: Vec<_> =
        unused.map(|(start, reason)| format!("`{start}` ({reason}) stands in no document")).collect();
    assert_none(&problems);
}

#[test]
fn every_yaml_example_is_a_policy_that_checks() {
    let documents = document::all();
    let examples = written_in(&documents, &["yaml"]);
    let refused = examples.into_iter().filter_map(|(document, block)| {
        // The policy reference shows a few fields at a time.
        let problem = example::check(&block.text, document.name == "docs/policy-reference.md").err()?;
        Some(format!("{}:{}: {problem}", document.name, block.line))
    });
    assert_none(&refused.collect::<Vec<_>>());
}

#[test]
fn every_json_example_parses() {
    let documents = document::all();
    let examples = written_in(&documents, &["json"]);
    let refused = examples.into_iter().filter_map(|(document, block)| {
        let problem = serde_json::from_str::<serde_json::Value>(&block.text).err()?;
        Some(format!("{}:{}: {problem}", document.name, block.line))
    });
    assert_none(&refused.collect::<Vec<_>>());
}

#[test]
fn every_link_inside_the_project_leads_somewhere() {
    let documents = document::all();
    let problems: Vec<_> = documents.iter().flat_map(|document| link::broken(document, &documents)).collect();
    assert_none(&problems);
}

#[test]
fn every_document_is_linked_from_another() {
    let documents = document::all();
    let linked: Vec<_> = documents.iter().flat_map(link::targets).collect();
    let lost = documents.iter().filter(|document| document.name != "README.md" && !linked.contains(&document.name));
    assert_none(&lost.map(|document| format!("no document links to {}", document.name)).collect::<Vec<_>>());
}
