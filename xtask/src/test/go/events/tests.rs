use super::Reader;
use crate::test::tally::Tally;

/// Reads `ACTION TEST` lines, or `ACTION` for the package's own end, and answers the count and the text.
fn read(events: &str) -> (Tally, String) {
    let mut reader = Reader::default();
    let mut text = String::new();
    for event in events.lines().map(str::trim).filter(|event| !event.is_empty()) {
        let (action, rest) = event.split_once(' ').unwrap_or((event, ""));
        let (test, output) = rest.split_once(" | ").unwrap_or((rest, ""));
        let test = if test.is_empty() { String::new() } else { format!(r#","Test":"{test}""#) };
        let line = format!(
            r#"{{"Time":"2026-11-22T15:16:07Z","Action":"{action}","Package":"tenantry/tests/istio/schema"{test},"Output":"{output}\n"}}"#
        );
        text += &reader.read(&line);
    }
    (reader.tally(), text)
}

#[test]
fn tests_count_by_their_leaves() {
    let (tally, text) = read(
        "run TestA
         run TestA/b
         pass TestA/b
         run TestA/c/with/slashes
         pass TestA/c/with/slashes
         pass TestA
         run TestD
         pass TestD
         pass",
    );
    assert_eq!(tally, Tally { passed: 3, failed: 0 });
    assert_eq!(text, "ok    schema: 3 passed (0.0 s)\n");
}

#[test]
fn a_failed_subtest_counts_once_and_shows_what_it_printed() {
    let (tally, text) = read(
        "run TestA
         run TestA/b
         output TestA/b | === RUN TestA/b
         output TestA/b |     wrong
         output TestA/b | --- FAIL: TestA/b
         fail TestA/b
         run TestA/c
         output TestA/c | noise
         pass TestA/c
         fail TestA
         fail",
    );
    assert_eq!(tally, Tally { passed: 1, failed: 1 });
    assert_eq!(text, "    wrong\n--- FAIL: TestA/b\nFAIL  schema: 1 passed, 1 failed (0.0 s)\n");
}

#[test]
fn a_test_that_fails_by_itself_counts_beside_its_subtests() {
    let (tally, _) = read("run TestA\nrun TestA/b\npass TestA/b\nfail TestA\nfail");
    assert_eq!(tally, Tally { passed: 1, failed: 1 });
}

#[test]
fn a_skipped_test_is_a_failure() {
    let (tally, text) = read("run TestA\noutput TestA |     no Envoy here\nskip TestA\npass");
    assert_eq!(tally, Tally { passed: 0, failed: 1 });
    assert!(text.starts_with("    no Envoy here\n    a skipped test counts as failed\n"), "{text}");
}

#[test]
fn a_package_that_fails_without_a_test_is_a_failure() {
    let (tally, text) = read("output  | FAIL schema [build failed]\nfail");
    assert_eq!(tally, Tally { passed: 0, failed: 1 });
    assert_eq!(text, "FAIL schema [build failed]\nFAIL  schema: 0 passed, 1 failed (0.0 s)\n");
}

#[test]
fn a_package_without_tests_counts_for_nothing() {
    assert_eq!(read("output  | ? schema [no test files]\nskip"), (Tally::default(), String::new()));
}

#[test]
fn what_a_passing_test_logs_is_shown_and_other_noise_is_not() {
    let (_, text) = read("run TestA\noutput TestA |     20 of 20 caught\noutput TestA | istiod starts\npass TestA");
    assert_eq!(text, "  TestA:\n    20 of 20 caught\n");
}

#[test]
fn other_lines_and_compiler_messages_pass_through() {
    let mut reader = Reader::default();
    assert_eq!(reader.read("go: downloading"), "go: downloading\n");
    let broken = r#"{"ImportPath":"schema","Action":"build-output","Output":"x.go:1:1: undefined: nope\n"}"#;
    assert_eq!(reader.read(broken), "x.go:1:1: undefined: nope\n");
    assert_eq!(reader.tally(), Tally::default());
}
