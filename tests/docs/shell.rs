//! Running the commands of the documents.

use crate::document::{self, Block};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Command as Process, ExitStatus, Stdio};
use tempfile::TempDir;

/// Commands that stand in the documents and are not run here, by how they start, each with the reason.
pub const NOT_RUN: &[(&str, &str)] = &[
    ("cargo xtask setup", "ran before this test"),
    ("cargo xtask test", "would run this test again"),
    ("cargo xtask istio", "is a tier of its own"),
    ("cargo xtask bench", "takes minutes and an idle machine"),
    ("cargo install", "builds the command once more, for the reader's own machine"),
];

/// One command as typed, with what the document shows under it.
pub struct Command {
    /// Its line in the document.
    pub line: usize,
    /// The command, continuation lines and here-documents included.
    pub text: String,
    /// What is shown under it; `None` in blocks without a prompt.
    pub shown: Option<String>,
}

impl Command {
    /// Whether it starts with the words `start`.
    pub fn is(&self, start: &str) -> bool {
        self.text.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    }
}

/// The commands of a block: all of an `sh` block at once, a `console` block prompt by prompt.
pub fn commands(block: &Block) -> Vec<Command> {
    if block.language == "sh" {
        let split = block.text.lines().zip(block.line..).filter(|(line, _)| !line.trim().is_empty());
        let whole = || vec![Command { line: block.line, text: block.text.trim_end().to_owned(), shown: None }];
        // A block of plain one-line commands is taken line by line, so that each can be named in `NOT_RUN`.
        let plain = !block.text.contains("<<") && !block.text.contains("\\\n");
        return if plain {
            split.map(|(text, line)| Command { line, text: text.to_owned(), shown: None }).collect()
        } else {
            whole()
        };
    }
    let mut commands: Vec<Command> = Vec::new();
    for (text, line) in block.text.lines().zip(block.line..) {
        let continues =
            commands.last().is_some_and(|last| last.shown.as_deref() == Some("") && last.text.ends_with('\\'));
        match (text.strip_prefix("$ "), commands.last_mut()) {
            (Some(typed), _) => commands.push(Command { line, text: typed.to_owned(), shown: Some(String::new()) }),
            (None, Some(last)) if continues => {
                last.text.push('\n');
                last.text.push_str(text.strip_prefix("> ").unwrap_or(text));
            }
            (None, Some(Command { shown: Some(shown), .. })) => {
                shown.push_str(text);
                shown.push('\n');
            }
            (None, _) => panic!("line {line}: a `console` block starts with `$ `"),
        }
    }
    commands
}

/// A folder in which commands run as in a fresh clone, with the built `tenantry` on the path.
pub struct Sandbox {
    folder: TempDir,
    path: String,
}

impl Sandbox {
    pub fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        for part in ["policies", "wasm-out", "target"] {
            symlink(document::root().join(part), folder.path().join(part)).expect("a link into the sandbox");
        }
        let tenantry = built_tenantry();
        let built = tenantry.parent().expect("a file has a folder").display();
        let path = format!("{built}:{}", std::env::var("PATH").expect("PATH is set"));
        Self { folder, path }
    }

    /// Runs a command, which has to succeed, and compares what it prints with what is shown.
    pub fn check(&self, command: &Command) -> Result<(), String> {
        if NOT_RUN.iter().any(|(start, _)| command.is(start)) {
            return Ok(());
        }
        let (printed, status) = self.run(command).map_err(|error| format!("`{}`: {error}", command.text))?;
        if !status.success() {
            return Err(format!("`{}` ended with {status} and printed\n{printed}", command.text));
        }
        match &command.shown {
            Some(shown) if !matches(&lines(shown), &lines(&printed)) => {
                Err(format!("`{}` shows\n{shown}and prints\n{printed}", command.text))
            }
            _ => Ok(()),
        }
    }

    fn run(&self, command: &Command) -> std::io::Result<(String, ExitStatus)> {
        let mut shell = Process::new("timeout");
        // One stream, in the order in which a terminal would show it.
        shell.args(["600", "bash", "-euo", "pipefail", "-c", &format!("exec 2>&1\n{}", command.text)]);
        // Cargo works in the project; everything else in a folder that may be written to.
        let folder = if command.is("cargo") { document::root() } else { self.folder.path() };
        shell.current_dir(folder).env("PATH", &self.path).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = shell.spawn()?;
        // `tenantry try` runs as long as its input does: until it has printed what is shown.
        let shown = command.shown.as_deref().filter(|_| command.is("tenantry try"));
        let mut input = child.stdin.take().filter(|_| shown.is_some());
        let mut printed = String::new();
        for line in BufReader::new(child.stdout.take().expect("stdout is piped")).lines() {
            printed.push_str(&line?);
            printed.push('\n');
            if shown.is_some_and(|shown| matches(&lines(shown), &lines(&printed))) {
                input = None;
            }
        }
        drop(input);
        Ok((printed, child.wait()?))
    }
}

/// The `tenantry` that was built beside this test.
pub fn built_tenantry() -> PathBuf {
    let test = std::env::current_exe().expect("this program's path");
    let tenantry = test.ancestors().nth(2).expect("tests run in target/PROFILE/deps").join("tenantry");
    assert!(tenantry.is_file(), "`{}` is not there; `cargo xtask test docs` builds it", tenantry.display());
    tenantry
}

fn lines(text: &str) -> Vec<&str> {
    text.trim_end().lines().map(str::trim_end).collect()
}

/// Whether `printed` is what `shown` says, where `...` stands for any lines, or inside a line for any characters.
fn matches(shown: &[&str], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line.trim() == "..." => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        Some((line, rest)) => {
            printed.split_first().is_some_and(|(first, more)| same(line, first) && matches(rest, more))
        }
    }
}

fn same(shown: &str, printed: &str) -> bool {
    let Some((start, rest)) = shown.split_once("...") else { return shown == printed };
    let Some(printed) = printed.strip_prefix(start) else { return false };
    (0..=printed.len()).filter(|&at| printed.is_char_boundary(at)).any(|at| same(rest, &printed[at..]))
}

#[test]
fn an_ellipsis_stands_for_anything_and_nothing_else_does() {
    assert!(matches(&["a", "...", "d"], &["a", "b", "c", "d"]));
    assert!(matches(&["a", "..."], &["a"]));
    assert!(matches(&["on ...:1, ...s"], &["on host:1, 2 s"]));
    assert!(!matches(&["on ...:1"], &["on host:12"]));
    assert!(!matches(&["a", "...", "d"], &["a", "b"]));
    assert!(!matches(&["a"], &["a", "b"]));
}
