//! The command line of `tenantry check` and `tenantry explain-code`.

use crate::harness::{BASE, Fixture};
use assert_cmd::Command;
use insta::assert_snapshot;
use serde_json::Value;

/// A run of the command in a fixture's folder: exit code, standard output, standard error.
fn run(fixture: &Fixture, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("tenantry").expect("the tenantry command");
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let output = command.args(args).current_dir(fixture.dir()).output().expect("a run");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

fn warning() -> Fixture {
    Fixture::fragment("tenants:\n  other: {cluster: us}\n")
}

fn error() -> Fixture {
    Fixture::fragment("tenants:\n  acme: {cluster: us}\n  \"acme:acme\": {cluster: us}\n")
}

#[test]
fn a_clean_policy_is_summed_up_and_exits_zero() {
    let (code, out, err) = run(&Fixture::whole(BASE), &["check", "policy.yaml", "--deny-warnings"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", "checked `policy.yaml`: no findings\n"));
}

#[test]
fn warnings_pass_unless_denied() {
    let (code, out, err) = run(&warning(), &["check", "policy.yaml"]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(err.contains("warning[TN0203]") && err.ends_with("checked `policy.yaml`: 1 warning\n"), "{err}");
    assert_eq!(run(&warning(), &["check", "policy.yaml", "--deny-warnings"]).0, 1);
}

#[test]
fn errors_exit_one() {
    let (code, out, err) = run(&error(), &["check", "policy.yaml"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.ends_with("checked `policy.yaml`: 1 error\n"), "{err}");
}

#[test]
fn notes_never_fail_a_run() {
    let note = Fixture::fragment("mesh:\n  profile: production\n");
    let (code, _, err) = run(&note, &["check", "policy.yaml", "--deny-warnings"]);
    assert!(code == 0 && err.contains("note[TN0273]"), "{err}");
}

#[test]
fn suppressed_findings_are_counted() {
    let fixture = Fixture::fragment("tenants:\n  # tenantry: allow(TN0203) an old customer\n  other: {cluster: us}\n");
    let (code, _, err) = run(&fixture, &["check", "policy.yaml", "--deny-warnings"]);
    assert_eq!((code, err.as_str()), (0, "checked `policy.yaml`: no findings, 1 suppressed\n"));
}

#[test]
fn a_missing_policy_is_an_input_error() {
    let (code, out, err) = run(&Fixture::whole(BASE), &["check", "nowhere.yaml"]);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(err.contains("TN0001") && err.contains("nowhere.yaml"), "{err}");
}

#[test]
fn a_wrong_command_line_exits_two() {
    for args in [&["check"][..], &["check", "policy.yaml", "--format", "xml"], &["frobnicate"]] {
        assert_eq!(run(&warning(), args).0, 2, "{args:?}");
    }
}

#[test]
fn machine_formats_go_to_standard_output_alone() {
    let (code, out, err) = run(&error(), &["check", "policy.yaml", "--format", "json"]);
    let report: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, err.as_str(), &report["diagnostics"][0]["code"]), (1, "", &Value::from("TN0202")));
    let (_, out, err) = run(&error(), &["check", "policy.yaml", "--format", "github"]);
    assert!(err.is_empty() && out.starts_with("::error file=policy.yaml,line="), "{out}");
    let (_, out, err) = run(&error(), &["check", "policy.yaml", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((err.as_str(), &log["version"]), ("", &Value::from("2.1.0")));
}

#[test]
fn color_follows_the_option_and_the_environment() {
    let colored = |args: &[&str], env: Option<&str>| {
        let mut command = Command::cargo_bin("tenantry").expect("the tenantry command");
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command.envs(env.map(|name| (name, "1"))).env("TERM", "xterm-256color");
        let fixture = error();
        let output = command.args(args).current_dir(fixture.dir()).output().expect("a run");
        output.stderr.contains(&0x1b)
    };
    let check = ["check", "policy.yaml"];
    assert!(!colored(&check, None), "standard error is no terminal here");
    assert!(colored(&[&check[..], &["--color", "always"]].concat(), None));
    assert!(!colored(&[&check[..], &["--color", "never"]].concat(), Some("CLICOLOR_FORCE")));
    assert!(colored(&check, Some("CLICOLOR_FORCE")));
    assert!(!colored(&check, Some("NO_COLOR")));
}

#[test]
fn explain_code_prints_a_rule_in_any_spelling() {
    let fixture = Fixture::whole(BASE);
    let (code, out, err) = run(&fixture, &["explain-code", "TN0215"]);
    assert!(code == 0 && err.is_empty() && out.starts_with("TN0215 exempt-path-exposes-route (warning): "), "{out}");
    assert!(out.contains("## Why it matters") && out.contains("exempt: [/search]"), "{out}");
    assert_eq!(run(&fixture, &["explain-code", "tn0215"]).1, out);
    assert_eq!(run(&fixture, &["explain-code", "exempt-path-exposes-route"]).1, out);
}

#[test]
fn explain_code_suggests_and_lists() {
    let fixture = Fixture::whole(BASE);
    let (code, out, err) = run(&fixture, &["explain-code", "TN215"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err, "error: there is no diagnostic `TN215`\nhelp: did you mean `TN0215`?\n");
    let (_, _, err) = run(&fixture, &["explain-code", "qqq"]);
    assert!(err.ends_with("help: `tenantry explain-code` without a code lists them all\n"), "{err}");
    let (code, out, _) = run(&fixture, &["explain-code"]);
    assert_eq!((code, out.lines().count()), (0, tenantry::check::registry().len()));
}

#[test]
fn explain_code_writes_pages_and_removes_old_ones() {
    let fixture = Fixture::whole(BASE).with("TN0000.md", "old").with("README.md", "kept");
    assert_eq!(run(&fixture, &["explain-code", "--write-docs", "."]).0, 0);
    let exists = |name: &str| fixture.dir().join(name).exists();
    assert!(exists("TN0215.md") && exists("index.md") && exists("README.md") && exists("policy.yaml"));
    assert!(!exists("TN0000.md"));
    assert_eq!(run(&fixture, &["explain-code", "--write-docs", "policy.yaml"]).0, 3);
}

#[test]
fn help_documents_exit_codes() {
    assert_snapshot!(run(&Fixture::whole(BASE), &["check", "--help"]).1, @"
    Check a policy and say what is wrong with it, without compiling anything.

    For people, diagnostics and a summary go to standard error. Every other format goes to standard
    output, so that it can be piped or kept in a file.

    Usage: tenantry check [OPTIONS] <POLICY>

    Arguments:
      <POLICY>
              The policy file

    Options:
          --color <WHEN>
              When to colour: `auto` follows the terminal and NO_COLOR, CLICOLOR and CLICOLOR_FORCE
              
              [default: auto]
              [possible values: auto, always, never]

          --format <FORMAT>
              How to print what is found

              Possible values:
              - human:  Source excerpts with carets and help lines
              - json:   One JSON object
              - sarif:  SARIF 2.1.0, for code scanning
              - github: GitHub workflow commands, which annotate a pull request
              
              [default: human]

          --deny-warnings
              Exit with 1 on warnings as well as on errors

      -h, --help
              Print help (see a summary with '-h')

    Exit codes:
      0  no errors (and, with --deny-warnings, no warnings)
      1  errors (or warnings, with --deny-warnings)
      2  the command line is wrong
      3  the policy file cannot be read

    A comment excuses a warning or a rule's error, on its own line or on the next:
      # tenantry: allow(TN0215) the search page is public
    ");
}

#[test]
fn a_dash_is_answered_with_how_to_read_standard_input() {
    let output = Command::cargo_bin("tenantry").expect("the tenantry command").args(["check", "-"]).output();
    let output = output.expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("`/dev/stdin`"), "{text}");
}
