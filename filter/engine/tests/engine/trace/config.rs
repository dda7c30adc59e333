//! Trace sections that are refused, and why.

use super::fixture::TRACE;
use crate::fixture::GATEWAY;
use serde_json::{Value, json};
use tenantry_engine::Config;
use tenantry_engine::config::Trace;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What is wrong once the value at `pointer` below the section is `value`.
fn error(pointer: &str, value: Value) -> String {
    let mut config: Value = serde_json::from_str(GATEWAY).expect("the fixture is JSON");
    let mut trace: Value = serde_json::from_str(TRACE).expect("the fixture is JSON");
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match trace.pointer_mut(parent).expect("the fixture has this") {
        Value::Object(object) => drop(object.insert(key.to_owned(), value)),
        other => panic!("{pointer} leads into {other}"),
    }
    config["trace"] = trace;
    match Config::parse(config.to_string().as_bytes(), None) {
        Ok(_) => "no error".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_fixture_is_fine_and_round_trips() {
    let trace: Trace = serde_json::from_str(TRACE).expect("the fixture is JSON");
    let again = serde_json::to_string(&trace).expect("it is JSON again");
    assert_eq!(serde_json::from_str::<Trace>(&again).expect("the same JSON"), trace);
    assert_eq!(error("/service", json!("gateway")), "no error");
    let everything = json!({
        "query": true, "requestHeaders": ["x-a"], "responseHeaders": ["x-a"], "bodies": 262144, "redact": ["token"]
    });
    assert_eq!(error("/export/record", everything), "no error");
}

#[test]
fn limits_are_sane() {
    for (pointer, value, message) in [
        ("/export/sampling", 10_001, "trace.export.sampling: 10001 is not 0 to 10000"),
        ("/export/batch/spans", 0, "trace.export.batch.spans: 0 is not at least 1"),
        ("/export/batch/bytes", 4_194_304, "trace.export.batch.bytes: 4194304 is not 32768 to 4194303"),
        ("/export/batch/bytes", 32_767, "trace.export.batch.bytes: 32767 is not 32768 to 4194303"),
        ("/export/batch/everyMs", 0, "trace.export.batch.everyMs: 0 is not 1 to 60000"),
        ("/export/buffer/spans", 511, "trace.export.buffer.spans: 511 is not at least 512"),
        ("/export/buffer/bytes", 1_048_575, "trace.export.buffer.bytes: 1048575 is not 1048576 to 268435456"),
        ("/export/to/timeoutMs", 0, "trace.export.to.timeoutMs: 0 is not 1 to 60000"),
    ] {
        assert_eq!(error(pointer, json!(value)), message);
    }
    let bodies = error("/export/record", json!({"bodies": 262_145}));
    assert_eq!(bodies, "trace.export.record.bodies: 262145 is not 1 to 262144");
}

#[test]
fn a_tiers_share_is_a_share() {
    let config = GATEWAY.replace(r#""gold": {}"#, r#""gold": {"sampling": 10001}"#);
    let error = Config::parse(config.as_bytes(), None).expect_err("more than the whole").to_string();
    assert_eq!(error, "tiers.gold.sampling: 10001 is not 0 to 10000");
}

#[test]
fn projects_have_a_name() {
    for field in ["project", "unassigned"] {
        for name in ["", " ", "a\nb"] {
            let message = format!("trace.export.{field}: a project's name is printable, and not empty");
            assert_eq!(error(&format!("/export/{field}"), json!(name)), message);
        }
    }
    for (template, stray) in
        [("{tenants}", "{tenants}"), ("a-{Org}", "{Org}"), ("a}", "}"), ("{org", "{org"), ("{}", "{}")]
    {
        let message = format!("trace.export.project: `{stray}` is neither `{{org}}` nor `{{tenant}}`");
        assert_eq!(error("/export/project", json!(template)), message);
    }
    let placeholder = error("/export/unassigned", json!("x-{tenant}"));
    assert_eq!(placeholder, "trace.export.unassigned: without a tenant there is nothing to put in for `{…}`");
    for template in ["all", "{org}", "{tenant}", "{org}{org}-{tenant}"] {
        assert_eq!(error("/export/project", json!(template)), "no error");
    }
}

#[test]
fn headers_are_lower_case_and_no_credentials() {
    assert_eq!(error("/session", json!("X-Session")), "trace.session: `X-Session` is not a header name in lower case");
    assert_eq!(error("/user", json!("")), "trace.user: `` is not a header name in lower case");
    for header in ["authorization", "cookie"] {
        let message = format!("trace.user: header `{header}` holds a credential, not a name");
        assert_eq!(error("/user", json!(header)), message);
    }
    assert_eq!(error("/user", json!("x-forwarded-user")), "no error");
    let record = |field: &str, headers: Value| error("/export/record", json!({field: headers}));
    let upper = record("requestHeaders", json!(["x-a", "X-B"]));
    assert_eq!(upper, "trace.export.record.requestHeaders[1]: `X-B` is not a header name in lower case");
    let dotted = record("responseHeaders", json!(["x.a"]));
    assert_eq!(
        dotted,
        "trace.export.record.responseHeaders[0]: header `x.a` has a dot, where Phoenix takes attributes apart"
    );
    let twice = record("requestHeaders", json!(["x-a", "x-a"]));
    assert_eq!(twice, "trace.export.record.requestHeaders[1]: `x-a` is listed twice");
    let many: Vec<String> = (0..33).map(|n| format!("x-{n}")).collect();
    assert_eq!(record("requestHeaders", json!(many)), "trace.export.record.requestHeaders: list at most 32");
    let redact = record("redact", json!(["token", "Password"]));
    assert_eq!(redact, "trace.export.record.redact[1]: `Password` is not a name in lower case");
}

#[test]
fn the_collector_can_be_reached() {
    let message = "a name is printable ASCII without spaces, and not empty";
    assert_eq!(error("/export/to/cluster", json!("")), format!("trace.export.to.cluster: {message}"));
    assert_eq!(error("/export/to/authority", json!("a b")), format!("trace.export.to.authority: {message}"));
    assert_eq!(error("/service", json!("")), format!("trace.service: {message}"));
    for name in ["", "1KEY", "A-B", "sk secret"] {
        let message = format!("trace.export.to.apiKeyEnv: `{name}` is not the name of an environment variable");
        assert_eq!(error("/export/to/apiKeyEnv", json!(name)), message);
    }
    assert_eq!(error("/export/to/apiKeyEnv", json!("PHOENIX_API_KEY")), "no error");
    assert!(error("/export/to/protocol", json!("http/json")).starts_with("unknown variant `http/json`"));
    assert!(error("/exports", json!({})).starts_with("unknown field `exports`"));
}
