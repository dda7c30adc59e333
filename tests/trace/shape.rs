//! What a span says: name, kind, status, attributes and their types, and what it must not say.

use crate::fixture::{mesh, phoenix, search, traceparent};
use crate::policy::HOST;
use serde_json::{Value, json};
use tenantry_tests::envoy::client::{Connection, Request};
use tenantry_tests::phoenix::Span;

#[test]
fn an_admitted_request_says_all_of_this() {
    let (mesh, api) = (mesh("shape", ""), phoenix().api());
    let request = Request::new("POST", &format!("{HOST}:8443"), "/search/deep?q=hidden")
        .header("X-Tenant-ID", "acme")
        .header("User-Agent", "shape/1.0")
        .header("X-Session-ID", "shape-1")
        .header("X-User-ID", "ann@example.com")
        .json(r#"{"tenant_id": "acme"}"#);
    let answer = mesh.send("us", &request);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let span = api.settled("shape-acme:acme", 1).remove(0);
    assert_eq!((span.name.as_str(), span.span_kind.as_str()), ("POST /search", "CHAIN"));
    assert_eq!((span.status_code.as_str(), span.status_message.as_str()), ("OK", ""));
    assert_eq!((&span.parent_id, span.events.len()), (&None, 0));
    assert!(span.start_time < span.end_time, "{span:?}");
    let request_id = span.text("tenantry.request_id").expect("a request id").to_owned();
    assert!(request_id.len() >= 32, "{request_id}");
    // Envoy shows a client of this machine under an address of the machine's own.
    let client = span.text("client.address").expect("a client's address").to_owned();
    assert!(client.parse::<std::net::IpAddr>().is_ok(), "{client}");
    let expected = json!({
        "tenant.id": "acme",
        "session.id": "acme/shape-1",
        "user.id": "ann@example.com",
        "metadata.cluster": "us",
        "metadata.tier": "standard",
        "metadata.service": "runtime",
        "metadata.decision": "allow",
        "metadata.request_id": request_id,
        "tenantry.cluster": "us",
        "tenantry.tier": "standard",
        "tenantry.service": "runtime",
        "tenantry.decision": "allow",
        "tenantry.request_id": request_id,
        "http.request.method": "POST",
        "http.request.body.size": 21,
        "http.response.status_code": 200,
        "http.route": "/search",
        "url.path": "/search/deep",
        "url.scheme": "http",
        "server.address": HOST,
        "server.port": 8443,
        "client.address": client,
        "user_agent.original": "shape/1.0",
    });
    assert_eq!(Value::Object(span.attributes), expected);
}

#[test]
fn a_status_says_whose_fault_it_was() {
    let (mesh, api) = (mesh("status", ""), phoenix().api());
    let echo = |status: u16| search("acme").header("x-echo-status", status.to_string());
    let foreign =
        Request::new("POST", HOST, "/search").header("X-Tenant-ID", "acme").json(r#"{"tenant_id": "globex"}"#);
    let admin = |tenant: &str| Request::get(HOST, "/admin").header("X-Tenant-ID", tenant);
    let cases = [
        (echo(200), 200, "GET /search", "OK", "", None),
        (echo(302), 302, "GET /search", "OK", "", None),
        (echo(404), 404, "GET /search", "UNSET", "", None),
        (echo(503), 503, "GET /search", "ERROR", "HTTP 503", Some("503")),
        (foreign, 403, "POST /search", "ERROR", "tenant-mismatch", Some("tenant-mismatch")),
        (admin("acme"), 200, "GET /admin", "OK", "", None),
        (
            Request::get(HOST, "/nowhere").header("X-Tenant-ID", "acme"),
            404,
            "GET istio-ingressgateway",
            "ERROR",
            "route-unknown",
            Some("route-unknown"),
        ),
    ];
    for (request, status, ..) in &cases {
        assert_eq!(mesh.send("us", request).status, *status, "{request:?}");
    }
    let spans = api.settled("status-acme:acme", cases.len());
    for (_, status, name, code, message, error) in cases {
        let same = |span: &&Span| span.name == name && span.integer("http.response.status_code") == Some(status.into());
        let span = spans.iter().find(same).unwrap_or_else(|| panic!("no `{name}` with {status}: {spans:#?}"));
        assert_eq!((span.status_code.as_str(), span.status_message.as_str()), (code, message), "{name} {status}");
        assert_eq!(span.text("error.type"), error, "{name} {status}");
    }
    assert_eq!(mesh.send("us", &admin("globex")).status, 403);
    let span = api.settled("status-globex:globex", 1).remove(0);
    assert_eq!((span.status_code.as_str(), span.status_message.as_str()), ("ERROR", "route-forbidden"));
    assert_eq!(span.text("tenantry.decision"), Some("refuse:route-forbidden"));
    assert_eq!(
        (span.text("tenantry.code"), span.text("metadata.code")),
        (Some("route-forbidden"), Some("route-forbidden"))
    );
}

#[test]
fn a_client_that_leaves_has_no_answer() {
    let (mesh, api) = (mesh("leaves", ""), phoenix().api());
    let mut connection = Connection::open(mesh.address("us")).expect("the gateway listens");
    let head = format!("GET /search HTTP/1.1\r\nHost: {HOST}\r\nX-Tenant-ID: acme\r\nx-echo-delay: 3000\r\n\r\n");
    connection.write(head.as_bytes()).expect("sent");
    std::thread::sleep(std::time::Duration::from_millis(300));
    drop(connection);
    let span = api.settled("leaves-acme:acme", 1).remove(0);
    assert_eq!((span.status_code.as_str(), span.status_message.as_str()), ("ERROR", "no answer"));
    assert_eq!(span.get("http.response.status_code"), None);
}

#[test]
fn nothing_secret_is_stored() {
    let (mesh, api) = (mesh("secret", ""), phoenix().api());
    let hidden = "Sw0rdf1sh";
    let secretive = |request: Request| {
        request
            .header("Authorization", format!("Basic {hidden}"))
            .header("Cookie", format!("sid={hidden}"))
            .header("Proxy-Authorization", hidden)
            .header("X-API-Key", hidden)
            .header("Referer", format!("https://example.com/?{hidden}"))
            .header("traceparent", traceparent())
            .header("tracestate", format!("vendor={hidden}"))
            .header("baggage", format!("key={hidden}"))
    };
    let targets = [format!("/search?token={hidden}"), format!("/search/a?b={hidden}"), format!("/admin?{hidden}")];
    for target in &targets {
        for tenant in ["acme", "globex"] {
            let body = format!(r#"{{"tenant_id": "{tenant}", "password": "{hidden}"}}"#);
            let request = Request::new("POST", HOST, target.as_str()).header("X-Tenant-ID", tenant).json(body);
            let _ = mesh.send("us", &secretive(request));
        }
        let _ = mesh.send("us", &secretive(Request::get(HOST, target.as_str())));
    }
    for project in ["secret-acme:acme", "secret-globex:globex", "secret-unassigned"] {
        for span in api.settled(project, targets.len()) {
            assert!(!format!("{span:?}").contains(hidden), "{span:#?}");
        }
    }
}

#[test]
fn what_is_asked_for_is_recorded_and_redacted() {
    let record = "record: {query: true, requestHeaders: [x-plan, authorization], responseHeaders: [content-type], redact: [token, authorization]}";
    let (mesh, api) = (mesh("record", record), phoenix().api());
    let request = Request::get(HOST, "/search?q=ducks&token=Sw0rdf1sh")
        .header("X-Tenant-ID", "acme")
        .header("X-Plan", "one")
        .header("X-Plan", "two")
        .header("Authorization", "Basic Sw0rdf1sh");
    assert_eq!(mesh.send("us", &request).status, 200);
    let span = api.settled("record-acme:acme", 1).remove(0);
    assert_eq!(span.text("url.query"), Some("q=ducks&token=__REDACTED__"));
    assert_eq!(span.get("http.request.header.x-plan"), Some(&json!(["one", "two"])));
    assert_eq!(span.get("http.request.header.authorization"), Some(&json!(["__REDACTED__"])));
    assert_eq!(span.get("http.response.header.content-type"), Some(&json!(["application/json"])));
}
