//! The API key: in calls to the collector, and nowhere else.

use super::{only, start, traced, wait};
use crate::policy::search;
use serde_json::Value;
use tenantry_tests::host::{Answer, Module, Proxy, Vm};

const KEY: &str = "phx-8c1fdeadbeef";

fn in_environment(value: Option<&str>) -> (Vm, Proxy) {
    let proxy = Proxy::default();
    proxy.set("HOME", "/");
    proxy.set("PHOENIX_API_KEY_OLD", "another");
    if let Some(value) = value {
        proxy.set("PHOENIX_API_KEY", value);
    }
    let config = traced("grpc", |_| ()).to_string();
    let vm = Vm::start(&Module::built(), &proxy, config).expect("a good configuration");
    (vm, proxy)
}

fn authorization(value: Option<&str>) -> (Option<String>, Vm) {
    let (mut vm, proxy) = in_environment(value);
    vm.request(&search("tenant_a"));
    wait(&mut vm, &proxy, 1000);
    let call = only(&mut vm);
    (call.headers.one("authorization").map(str::to_owned), vm)
}

#[test]
fn goes_with_each_batch() {
    assert_eq!(authorization(Some(KEY)).0, Some(format!("Bearer {KEY}")));
    // Secrets made from files often end in a newline.
    assert_eq!(authorization(Some(&format!("{KEY}\n"))).0, Some(format!("Bearer {KEY}")));
}

/// Spans go without a key then, and the log names the variable.
#[test]
fn that_is_missing_or_fits_no_header() {
    for value in [None, Some(""), Some(" \n"), Some("a b"), Some("phx\r\nx-evil: 1"), Some("schl\u{fc}ssel")] {
        let (sent, vm) = authorization(value);
        assert_eq!(sent, None, "{value:?}");
        let complaints: Vec<_> = vm.history().iter().filter(|line| line.level == 4).collect();
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].text.contains("PHOENIX_API_KEY"));
        assert!(value.is_none_or(|value| value.trim().is_empty() || !complaints[0].text.contains(value)));
    }
}

#[test]
fn is_not_looked_for_where_none_is_wanted() {
    let config = traced("grpc", |config| {
        config["trace"]["export"]["to"].as_object_mut().expect("a map").remove("apiKeyEnv");
    });
    let proxy = Proxy::default();
    let mut vm = start(&proxy, &config);
    assert_eq!(vm.calls().get("environ_get"), None);
    vm.request(&search("tenant_a"));
    wait(&mut vm, &proxy, 1000);
    assert!(only(&mut vm).headers.is_empty());
}

/// Neither a log line, nor a metric, nor a property, nor a span, nor an answer to a client has it: not when all is well, not
/// when the collector refuses it, and not when the configuration does not parse.
#[test]
fn is_nowhere_else() {
    let (mut vm, proxy) = in_environment(Some(KEY));
    let mut seen = String::new();
    for status in [0, 16, 7, 14, 3] {
        for request in [search("tenant_a"), search("nobody"), search("tenant_a").header("x-session-id", "s")] {
            seen += &format!("{:?}", vm.request(&request));
        }
        wait(&mut vm, &proxy, 120_000);
        for call in vm.sent() {
            seen += &String::from_utf8_lossy(&call.body);
            vm.answer(&call, Answer::Grpc(status));
        }
    }
    let mut broken = traced("grpc", |_| ());
    broken["trace"]["export"]["to"]["protocol"] = Value::from("carrier pigeon");
    seen += &format!("{:?}", vm.configure(broken.to_string()).expect_err("a refusal"));
    seen += &format!("{:?} {:?}", vm.history(), proxy.metrics());
    assert!(seen.contains("policy `cogniverse` is in force"), "the log is looked at");
    assert!(!seen.contains(KEY), "{seen}");
}
