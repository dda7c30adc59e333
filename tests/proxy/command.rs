//! `tenantry try` as its user sees it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tenantry_tests::envoy::client::{Request, send};
use tenantry_tests::envoy::{LATEST, binary, module, workspace};

/// How long it may take to end.
const STOP_LIMIT: Duration = Duration::from_secs(20);

fn tenantry() -> Command {
    let test = std::env::current_exe().expect("a path");
    let path = test.parent().and_then(|deps| deps.parent()).expect("target/PROFILE/deps").join("tenantry");
    assert!(path.is_file(), "there is no {}; run `cargo build -p tenantry`", path.display());
    let mut command = Command::new(path);
    command.current_dir(workspace());
    command
}

fn start(arguments: &[&str], input: Stdio) -> Child {
    let mut command = tenantry();
    command.args(["try", "policies/cogniverse.yaml", "--envoy"]).arg(binary(LATEST)).arg("--module").arg(module());
    command.args(arguments).stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("tenantry runs")
}

/// Reads lines until one contains `part`.
fn until(output: &mut impl BufRead, part: &str) -> String {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        let read = output.read_line(&mut line).expect("readable output");
        assert!(read > 0, "the output ends without `{part}`:\n{text}");
        text.push_str(&line);
        if line.contains(part) {
            return text;
        }
    }
}

fn ends(child: &mut Child) -> i32 {
    let started = Instant::now();
    while started.elapsed() < STOP_LIMIT {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.code().expect("an exit code, not a signal");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().expect("killed");
    panic!("tenantry does not end");
}

#[test]
fn it_shows_each_decision_and_ends_with_its_input() {
    let mut child = start(&[], Stdio::piped());
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let welcome = until(&mut output, "Ctrl-C");
    let gateway = |cluster: &str| {
        let line = welcome.lines().find(|line| line.contains(&format!("gateway {cluster} "))).expect("a gateway line");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("an address");
        address.parse().expect("host and port")
    };
    assert!(welcome.contains("plain HTTP") && welcome.contains("curl -s http://"), "{welcome}");

    let host = "api.cogniverse.com";
    let request = Request::get(host, "/search?secret=1").header("X-Tenant-ID", "tenant_a");
    assert_eq!(send(gateway("us"), &request).unwrap().status, 200);
    let line = until(&mut output, "/search");
    assert!(line.contains("us  GET /search → allow 200  tenant_a  us/cogniverse-runtime/stable"), "{line}");
    assert!(line.contains("header:tenant_a") && !line.contains("secret"), "{line}");

    assert_eq!(send(gateway("eu"), &Request::get(host, "/search")).unwrap().status, 400);
    let line = until(&mut output, "/search");
    assert!(line.contains("eu  GET /search → refuse:tenant-missing 400"), "{line}");

    drop(child.stdin.take());
    assert_eq!(ends(&mut child), 0);
    assert!(send(gateway("us"), &request).is_err(), "an Envoy is left behind");
}

#[test]
fn with_keep_it_ends_only_when_asked() {
    let mut child = start(&["--keep", "--cluster", "us"], Stdio::null());
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let welcome = until(&mut output, "Ctrl-C");
    assert!(!welcome.contains("gateway eu "), "{welcome}");
    assert_eq!(child.try_wait().unwrap(), None);
    // The shell's own `kill`: the program is not on every machine.
    let asked = Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status().unwrap();
    assert!(asked.success());
    assert_eq!(ends(&mut child), 0);
}

#[test]
fn what_is_missing_is_named() {
    let run = |arguments: &[&str]| {
        let output = tenantry()
            .args(["try", "policies/cogniverse.yaml"])
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("tenantry runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (envoy, module) = (binary(LATEST), module());
    let (envoy, module) = (envoy.to_str().unwrap(), module.to_str().unwrap());
    let (code, error) = run(&["--envoy", "/nowhere/envoy", "--module", module]);
    assert_eq!((code, error.trim()), (Some(3), "error: there is no Envoy at `/nowhere/envoy`"));
    let (code, error) = run(&["--envoy", envoy, "--module", "/nowhere.wasm"]);
    assert_eq!((code, error.trim()), (Some(3), "error: there is no filter module at `/nowhere.wasm`"));
    let (code, error) = run(&["--envoy", envoy, "--module", module, "--cluster", "ue"]);
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains("the policy has no cluster `ue`") && error.contains("`us`, `eu`"), "{error}");
}

/// Whether or not its input has ended before.
#[test]
fn a_broken_envoy_is_reported_with_its_log() {
    for input in [Stdio::piped(), Stdio::null()] {
        let mut command = tenantry();
        command.args(["try", "policies/cogniverse.yaml", "--envoy", "/bin/false", "--module"]).arg(module());
        let mut child = command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        // An input that stays open must not be what ends it.
        let open = child.stdin.take();
        let output = child.wait_with_output().expect("it ends");
        drop(open);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains("envoy `us` ended at once"), "{error}");
        assert_eq!(output.status.code(), Some(3), "{error}");
    }
}
