//! What `go test -json` reports, event by event.
//!
//! A test without subtests counts as one test, and so does each subtest without subtests of its own; what holds others
//! counts only when it fails by itself. A skipped test counts as failed: nothing here is skipped quietly. So does a
//! package that fails without a test that did, such as one that does not build.

use crate::test::tally::Tally;
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Event {
    action: String,
    package: String,
    test: Option<String>,
    output: String,
    elapsed: f64,
}

/// One test while it runs.
#[derive(Default)]
struct Test {
    printed: String,
    has_subtests: bool,
    has_failed_subtest: bool,
}

/// One package while it runs.
#[derive(Default)]
struct Package {
    printed: String,
    tests: HashMap<String, Test>,
    tally: Tally,
}

/// Reads events and counts.
#[derive(Default)]
pub struct Reader {
    packages: HashMap<String, Package>,
    tally: Tally,
}

impl Reader {
    /// Reads one line; the answer is what a person should see of it, with its line ends.
    pub fn read(&mut self, line: &str) -> String {
        let Ok(event) = serde_json::from_str::<Event>(line) else { return format!("{line}\n") };
        if event.action == "build-output" {
            return event.output;
        }
        let name = event.package.rsplit_once("tests/istio/").map_or(&*event.package, |(_, name)| name).to_owned();
        let package = self.packages.entry(event.package.clone()).or_default();
        let counted = package.tally;
        let text = match &event.test {
            Some(test) => package.read_test(test, &event),
            None => package.read_end(&name, &event),
        };
        self.tally.passed += package.tally.passed - counted.passed;
        self.tally.failed += package.tally.failed - counted.failed;
        text
    }

    /// What was counted so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }
}

impl Package {
    fn read_test(&mut self, name: &str, event: &Event) -> String {
        match event.action.as_str() {
            "run" => {
                if let Some(parent) = self.parent(name) {
                    parent.has_subtests = true;
                }
                self.tests.entry(name.to_owned()).or_default();
                String::new()
            }
            "output" => {
                self.tests.entry(name.to_owned()).or_default().printed.push_str(&event.output);
                String::new()
            }
            "pass" => {
                let test = self.tests.remove(name).unwrap_or_default();
                if !test.has_subtests {
                    self.tally += Tally::PASSED;
                }
                logged(name, &test.printed)
            }
            outcome @ ("fail" | "skip") => {
                let test = self.tests.remove(name).unwrap_or_default();
                if !test.has_failed_subtest {
                    self.tally += Tally::FAILED;
                }
                if let Some(parent) = self.parent(name) {
                    parent.has_failed_subtest = true;
                }
                let note = if outcome == "skip" { "    a skipped test counts as failed\n" } else { "" };
                without_marks(&test.printed) + note
            }
            _ => String::new(),
        }
    }

    /// The running test of which `name` is a subtest. Names of subtests may have slashes of their own.
    fn parent(&mut self, name: &str) -> Option<&mut Test> {
        let slashes = name.rmatch_indices('/').map(|(at, _)| &name[..at]);
        let parent = slashes.into_iter().find(|prefix| self.tests.contains_key(*prefix))?;
        self.tests.get_mut(parent)
    }

    fn read_end(&mut self, name: &str, event: &Event) -> String {
        let Tally { passed, failed } = self.tally;
        match event.action.as_str() {
            "output" => self.printed.push_str(&event.output),
            "pass" => return format!("ok    {name}: {passed} passed ({:.1} s)\n", event.elapsed),
            "fail" => {
                let own = if failed == 0 { std::mem::take(&mut self.printed) } else { String::new() };
                if failed == 0 {
                    self.tally += Tally::FAILED;
                }
                let failed = self.tally.failed;
                return format!("{own}FAIL  {name}: {passed} passed, {failed} failed ({:.1} s)\n", event.elapsed);
            }
            _ => {}
        }
        String::new()
    }
}

/// What a test that passed said with its own `Log`, which Go indents, under the test's name; what Istio's code logs meanwhile
/// is left out.
fn logged(name: &str, printed: &str) -> String {
    let mut lines = printed.lines().filter(|line| line.starts_with("    ")).peekable();
    let heading = lines.peek().map(|_| format!("  {name}:\n"));
    heading.into_iter().chain(lines.map(|line| format!("{line}\n"))).collect()
}

/// All that a test printed but Go's own marks of what runs.
fn without_marks(printed: &str) -> String {
    printed.lines().filter(|line| !line.starts_with("=== ")).map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests;
