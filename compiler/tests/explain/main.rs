//! `tenantry explain`: what it says of each kind of decision, and of bad questions.

mod door;
mod journey;

use assert_cmd::Command;
use std::path::Path;

const HOST: &str = "https://api.example.com";

/// Runs `tenantry explain` on the policy of these tests: exit code, standard output, standard error.
fn explain(arguments: &[&str]) -> (i32, String, String) {
    run("policy.yaml", arguments)
}

fn run(policy: &str, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("tenantry").expect("the command is built");
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain"));
    let output = command.args(["explain", policy]).args(arguments).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

/// What it says for a person about a good question to cluster `us`.
fn said(method: &str, path: &str, options: &[&str]) -> String {
    let url = format!("{HOST}{path}");
    let arguments: Vec<&str> = ["--cluster", "us", method, &url].into_iter().chain(options.iter().copied()).collect();
    let (code, out, err) = explain(&arguments);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    out
}

const ALPHA: [&str; 4] = ["-H", "X-Tenant-ID: alpha", "--claim", "alpha"];

#[test]
fn an_admitted_request() {
    insta::assert_snapshot!(said("GET", "/search?q=1", &ALPHA));
}

#[test]
fn a_release_chosen_by_a_header_and_forged_stamps() {
    let more = ["-H", "X-Preview: yes", "-H", "X-Tenantry-Track: stable", "-H", "x_tenantry_cluster: eu"];
    insta::assert_snapshot!(said("GET", "/search", &[&ALPHA[..], &more].concat()));
}

#[test]
fn a_release_left_to_the_weights() {
    insta::assert_snapshot!(said("GET", "/files/a//b", &ALPHA));
}

#[test]
fn a_tenant_of_another_cluster() {
    insta::assert_snapshot!(said("GET", "/search", &["-H", "X-Tenant-ID: beta", "--claim", "beta"]));
}

#[test]
fn a_path_that_leads_elsewhere_than_it_looks() {
    insta::assert_snapshot!(said("GET", "/search/..%2fadmin", &ALPHA));
}

#[test]
fn an_exempt_path() {
    insta::assert_snapshot!(said("GET", "/health", &["-H", "X-Tenant-ID: alpha"]));
}

#[test]
fn a_body_of_another_tenant() {
    insta::assert_snapshot!(said("POST", "/search", &[&ALPHA[..], &["--data", r#"{"tenant_id": "beta"}"#]].concat()));
}

#[test]
fn refusals_name_the_line_behind_them() {
    let suspended = said("GET", "/search", &["-H", "X-Tenant-ID: gone", "--claim", "gone"]);
    assert!(suspended.contains("refuse 403 tenant-suspended") && suspended.contains("policy.yaml:23"), "{suspended}");
    let without = said("GET", "/search", &["-H", "X-Tenant-ID: alpha"]);
    assert!(without.contains("refuse 401 token-missing") && without.contains("policy.yaml:13"), "{without}");
    let mismatch = said("GET", "/search", &["-H", "X-Tenant-ID: alpha", "--claim", "beta"]);
    assert!(mismatch.contains("refuse 403 tenant-mismatch") && mismatch.contains("policy.yaml:13"), "{mismatch}");
    let by_envoy = said("GET", "/search%00", &ALPHA);
    assert!(by_envoy.contains("refuse 400 path-malformed") && by_envoy.contains("Envoy itself"), "{by_envoy}");
}

#[test]
fn json_has_exactly_the_documented_keys() {
    let url = format!("{HOST}/search");
    let arguments = [&["--cluster", "us", "--format", "json", "GET", &url][..], &ALPHA].concat();
    let (code, out, _) = explain(&arguments);
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    let documented =
        ["verdict", "status", "code", "tenant", "cluster", "route", "service", "release", "set", "remove", "why"];
    assert_eq!(keys, documented);
    insta::assert_snapshot!(out);
}

#[test]
fn a_body_comes_from_a_file_or_from_standard_input() {
    let url = format!("{HOST}/search");
    let mut command = Command::cargo_bin("tenantry").unwrap();
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain"));
    let arguments = ["explain", "policy.yaml", "--cluster", "us", "POST", &url, "--body", "-"];
    let output = command.args(arguments).args(ALPHA).write_stdin(r#"{"tenant_id": 1}"#).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("refuse 400 body-malformed"), "{output:?}");
    let missing = [&["--cluster", "us", "POST", &url, "--body", "no-such-file"][..], &ALPHA].concat();
    let (code, _, err) = explain(&missing);
    assert_eq!(code, 3);
    assert!(err.contains("cannot read `no-such-file`"), "{err}");
}

#[test]
fn bad_questions_get_clear_answers() {
    let url = format!("{HOST}/search");
    let url = url.as_str();
    let at = |rest: &[&'static str]| [&["--cluster", "us"][..], rest].concat();
    let cases: Vec<(Vec<&str>, &str)> = vec![
        (vec!["--cluster", "us"], "<METHOD>"),
        (vec!["--cluster", "us", "GET"], "<URL>"),
        (vec!["--cluster", "us", "get", url], "`get` is not an HTTP method; did you mean `GET`?"),
        (vec!["--cluster", "us", "G T", url], "`G T` is not an HTTP method"),
        (at(&["GET", "api.example.com/search"]), "starts with neither `https://` nor `http://`"),
        (at(&["GET", "https:///search"]), "it has no host"),
        (at(&["GET", "https://api.example.com:99999/"]), "its port is no number from 1 to 65535"),
        (at(&["GET", "https://api.example.com:/"]), "its port is no number from 1 to 65535"),
        (at(&["GET", "https://[::1/"]), "its IPv6 address lacks the closing bracket"),
        (vec!["--cluster", "us", "POST", url, "--data", "@body.json"], "use `--body body.json`"),
        (at(&["GET", "https://user:secret@api.example.com/"]), "it carries credentials"),
        (at(&["GET", "https://api.example.com/a b"]), "it has a blank or a control character"),
        (at(&["GET", "https://api\\example.com/"]), "its host has a character that no host has"),
        (vec!["--cluster", "us", "GET", url, "-H", "X-Tenant-ID"], "write `Name: value`"),
        (vec!["--cluster", "us", "GET", url, "-H", ": alpha"], "the name is empty"),
        (vec!["--cluster", "us", "GET", url, "-H", "X Tenant: alpha"], "the name has a character"),
        (vec!["--cluster", "us", "GET", url, "-H", "X-Tenant-ID: a\nb"], "a line break or a zero byte"),
        (vec!["--cluster", "se", "GET", url], "the policy has no cluster `se`"),
        (vec!["GET", url], "say with `--cluster` whose gateway"),
        (vec!["--via", "nginx", "GET", url], "the policy has no `ingress.frontDoor`"),
        (vec!["--via", "apache", "GET", url], "possible values: nginx, nginx-1.22, haproxy, aws-alb, envoy"),
        (vec!["--via", "nginx", "--cluster", "us", "GET", url], "cannot be used with"),
        (vec!["--cluster", "us", "--down", "eu", "GET", url], "cannot be used with"),
        (vec!["--cluster", "us", "GET", url, "--data", "{}", "--body", "x"], "cannot be used with"),
    ];
    for (arguments, message) in cases {
        let (code, out, err) = explain(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        assert!(err.contains(message), "{arguments:?}: {err}");
    }
}

#[test]
fn a_scheme_is_one_in_any_case() {
    let host = HOST.strip_prefix("https").unwrap();
    let (code, out, err) =
        explain(&[&["--cluster", "us", "GET", &format!("HTTPS{host}:443/search")][..], &ALPHA].concat());
    assert_eq!((code, out.split_whitespace().next()), (0, Some("allow")), "{out}{err}");
}

#[test]
fn a_policy_with_errors_is_not_explained() {
    let (code, out, err) = run("main.rs", &["--cluster", "us", "GET", HOST]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("error[TN"), "{err}");
}
