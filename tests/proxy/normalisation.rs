//! What a gateway's Envoy makes of odd paths: the truth that `engine::path` mirrors.

use serde_json::json;
use tenantry::envoy::{access_log, bootstrap, clusters, filters, listener::Listener};
use tenantry::try_::echo::{EchoService, Identity};
use tenantry::try_::port::Port;
use tenantry_engine::path;
use tenantry_tests::envoy::{Envoy, VERSIONS, client};

/// Request targets, from everyday to hostile, and what goes upstream; none where Envoy answers 400.
#[rustfmt::skip]
const TARGETS: &[(&str, Option<&str>)] = &[
    ("/", Some("/")), ("/search", Some("/search")), ("/search/", Some("/search/")),
    ("/search/x?q=1", Some("/search/x?q=1")), ("/search?q=/../admin", Some("/search?q=/../admin")),
    ("/search#frag", None), ("//search", Some("/search")), ("/search//x", Some("/search/x")),
    ("//", Some("//")), ("///", Some("//")), ("/%2f?q", Some("//?q")), ("/..//", Some("//")),
    ("/search///x//", Some("/search/x/")), ("/./search", Some("/search")), ("/a/../search", Some("/search")),
    ("/../search", Some("/search")), ("/a/b/../../search", Some("/search")), ("/..", Some("/")), ("/.", Some("/")),
    ("/a/.", Some("/a/")), ("/a/..", Some("/")), ("/a/./b", Some("/a/b")), ("/search/..", Some("/")),
    ("/search/../admin", Some("/admin")), ("/%2e/search", Some("/search")), ("/%2E%2e/search", Some("/search")),
    ("/a/%2e%2e/search", Some("/search")), ("/a%2fb", Some("/a/b")), ("/a%2Fb", Some("/a/b")),
    ("/a%5cb", Some("/a/b")), ("/a%5Cb", Some("/a/b")), ("/a\\b", Some("/a/b")), ("/a/\\..\\b", Some("/a/b")),
    ("/a%2f..%2fadmin", Some("/admin")), ("/..%2fadmin", Some("/admin")), ("/%2e%2e%2fadmin", Some("/admin")),
    ("/%2f%2fadmin", Some("/admin")), ("/a%00b", None), ("/a%0ab", Some("/a%0ab")), ("/a%zz", Some("/a%zz")),
    ("/a%", Some("/a%")), ("/a%2", Some("/a%2")), ("/%41dmin", Some("/Admin")), ("/adm%69n", Some("/admin")),
    ("/%61", Some("/a")), ("/a%7eb", Some("/a~b")), ("/a%20b", Some("/a%20b")), ("/a%25b", Some("/a%25b")),
    ("/a%252fb", Some("/a%252fb")), ("/a%252e%252e", Some("/a%252e%252e")), ("/a;b=c/../d", Some("/d")),
    ("/a;/b", Some("/a;/b")), ("/...", Some("/...")), ("/a/...", Some("/a/...")), ("/.a", Some("/.a")),
    ("/a/..b", Some("/a/..b")), ("/caf%C3%A9", Some("/caf%C3%A9")), ("/%ff", Some("/%ff")), ("/a+b", Some("/a+b")),
    ("/a:b", Some("/a:b")), ("/a@b", Some("/a@b")), ("/a[b]", Some("/a[b]")), ("/a\"b", Some("/a%22b")),
    ("/a<b>", Some("/a%3Cb%3E")), ("/a{b}", Some("/a%7Bb%7D")), ("/a|b", Some("/a%7Cb")), ("/a^b", Some("/a%5Eb")),
    ("/a`b", Some("/a%60b")), ("/~a", Some("/~a")), ("*", None), ("/search?", Some("/search?")), ("/?", Some("/?")),
    ("/search?a%2fb", Some("/search?a%2fb")), ("/a%3fb", Some("/a%3fb")), ("/a%23b", Some("/a%23b")),
    ("/%2e", Some("/")), ("/%2e%2e", Some("/")), ("/a/%2e", Some("/a/")), ("/A/../B", Some("/B")),
    ("/a/b/c/./../../g", Some("/a/g")), ("/a%5c..%5cb", Some("/b")), ("/a/..%5cb", Some("/b")),
    ("/a//../b", Some("/a/b")), ("/a/%2f../b", Some("/a/b")), ("/a%2f%2e%2e%2fb", Some("/b")),
    ("/a/.%2e/b", Some("/b")), ("/a/%2E./b", Some("/b")), ("/%2e%2e%5cb", Some("/b")), ("/a%09b", Some("/a%09b")),
    ("/a%7fb", Some("/a%7fb")), ("/a%1fb", Some("/a%1fb")), ("/A%2DZ%5F%2E%7E", Some("/A-Z_.~")),
    ("/%C0%AE%C0%AE/b", Some("/%C0%AE%C0%AE/b")), ("/%u002e/b", Some("/%u002e/b")), ("http://h/a/../b", Some("/b")),
    ("search", None), ("/café", None), ("/search?q=café", None), ("/a'b(c)!*,=&$", Some("/a'b(c)!*,=&$")),
    ("/a/b;x/../c", Some("/a/c")), ("/a/b;x=1/c", Some("/a/b;x=1/c")), ("/;/a", Some("/;/a")), ("/a/...;/b", Some("/a/...;/b")),
    ("/a/..%3b/b", Some("/a/..%3b/b")), ("/a/%2e%2e;/b", Some("/a/..;/b")), (";/a", None),
];

/// Dot segments with parameters: what goes upstream before 1.39, and since.
const DOTS_WITH_PARAMETERS: &[(&str, &str, &str)] = &[
    ("/a/.;/b", "/a/.;/b", "/a/b"),
    ("/a/..;/b", "/a/..;/b", "/b"),
    ("/a/..;x=1/b", "/a/..;x=1/b", "/b"),
    ("/a/..;", "/a/..;", "/"),
    ("/..;a/..;b/c", "/..;a/..;b/c", "/c"),
    ("/a/b/..;/%2e%2e/c", "/a/b/c", "/c"),
    ("/a/..;%2f/b", "/a/..;/b", "/b"),
    ("/a/..;%5cb", "/a/..;/b", "/"),
    ("/a%2f..;/b", "/a/..;/b", "/b"),
    // Not even now where a dot is escaped or the segment starts after a backslash; the engine refuses the result.
    ("/a/.%2e;/b", "/a/..;/b", "/a/..;/b"),
    ("/a/%2e;/b", "/a/.;/b", "/a/.;/b"),
    ("/a%5c..;/b", "/a/..;/b", "/a/..;/b"),
];

#[test]
fn every_version_normalises_alike() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _guard = runtime.enter();
    let identity = Identity { cluster: "us".into(), service: "echo".into(), release: None };
    let echo = runtime.block_on(EchoService::start(identity)).unwrap();
    for version in VERSIONS {
        let port = Port::reserve().unwrap();
        let listener = Listener {
            name: "gateway",
            address: port.address(),
            filters: vec![filters::router()],
            routes: json!({ "virtual_hosts": [{
                "name": "all",
                "domains": ["*"],
                "routes": [{ "match": { "prefix": "/" }, "route": { "cluster": "echo" } }],
            }] }),
            access_log: access_log::logger("us"),
            tracing: None,
            local_reply: None,
            early: serde_json::Value::Null,
        };
        let cluster = clusters::cluster("echo", echo.address(), false);
        let envoy = Envoy::start(version, &bootstrap("us", vec![listener.to_json()], vec![cluster]), 1).unwrap();
        let seen = |target: &str| {
            let answer = client::send(port.address(), &client::Request::get("api.example.com", target)).unwrap();
            (answer.status == 200).then(|| answer.json()["path"].as_str().unwrap().to_owned())
        };
        for &(target, expected) in TARGETS {
            assert_eq!(seen(target).as_deref(), expected, "Envoy {version} on {target:?}");
        }
        for &(target, before, since) in DOTS_WITH_PARAMETERS {
            let expected = if version.starts_with("1.38") { before } else { since };
            assert_eq!(seen(target).as_deref(), Some(expected), "Envoy {version} on {target:?}");
        }
        envoy.stop();
    }
}

/// `explain` normalises as the versions do that Istio 1.31 and later ship.
#[test]
fn the_engine_normalises_as_envoy_does() {
    let since = DOTS_WITH_PARAMETERS.iter().map(|&(target, _, since)| (target, Some(since)));
    // An absolute-form target is taken apart before there is a path.
    let paths = TARGETS.iter().copied().filter(|(target, _)| !target.starts_with("http"));
    for (target, expected) in paths.chain(since) {
        assert_eq!(path::normalize(target).as_deref(), expected, "{target:?}");
    }
}
