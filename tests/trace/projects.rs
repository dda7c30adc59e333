//! Which project a span goes to.

use crate::fixture::{mesh, phoenix, search};
use crate::policy::HOST;
use tenantry_tests::envoy::client::Request;

#[test]
fn each_tenant_has_a_project_and_nobody_has_another() {
    let (mesh, api) = (mesh("cogniverse", ""), phoenix().api());
    for (tenant, times) in [("acme", 3), ("globex", 2), ("acme:production", 1)] {
        for _ in 0..times {
            assert_eq!(mesh.send("us", &search(tenant)).status, 200);
        }
    }
    assert_eq!(mesh.send("us", &search("initech")).status, 403);
    let projects = [
        ("cogniverse-acme:acme", 3),
        ("cogniverse-acme:production", 1),
        ("cogniverse-globex:globex", 2),
        // Who is suspended is known all the same.
        ("cogniverse-initech:initech", 1),
    ];
    for (project, count) in projects {
        let tenant = project.trim_start_matches("cogniverse-");
        for span in api.settled(project, count) {
            let id = span.text("tenant.id").expect("each span names its tenant");
            assert!(tenant == id || tenant == format!("{id}:{id}"), "{id} in {project}");
        }
    }
    let all = api.projects().expect("Phoenix lists projects").into_iter().map(|project| project.name);
    let ours: Vec<String> = all.filter(|name| name.starts_with("cogniverse")).collect();
    assert_eq!(ours, projects.map(|(project, _)| project));
}

#[test]
fn requests_without_a_tenant_are_unassigned() {
    let (mesh, api) = (mesh("lost", ""), phoenix().api());
    let refused = [
        (Request::get(HOST, "/search"), "tenant-missing", 400),
        (search("acme").header("X-Tenant-ID", "globex"), "tenant-ambiguous", 400),
        (search("not a tenant"), "tenant-malformed", 400),
        (search("nobody"), "tenant-unknown", 403),
    ];
    for (request, code, status) in &refused {
        let answer = mesh.send("us", request);
        assert_eq!((answer.status, answer.json()["code"].as_str()), (*status, Some(*code)));
    }
    let spans = api.settled("lost-unassigned", refused.len());
    let mut seen: Vec<_> = spans.iter().map(|span| span.status_message.as_str()).collect();
    seen.sort_unstable();
    assert_eq!(seen, ["tenant-ambiguous", "tenant-malformed", "tenant-missing", "tenant-unknown"]);
    for span in &spans {
        // What a client only claims is no attribute.
        assert_eq!((span.get("tenant.id"), span.get("session.id")), (None, None), "{span:?}");
    }
    let others =
        api.projects().expect("Phoenix lists projects").into_iter().filter(|project| project.name.starts_with("lost"));
    assert_eq!(others.count(), 1);
}

#[test]
fn health_checks_are_not_traced() {
    let (mesh, api) = (mesh("health", ""), phoenix().api());
    for _ in 0..5 {
        assert_eq!(mesh.send("us", &Request::get(HOST, "/health")).status, 200);
    }
    assert_eq!(mesh.send("us", &search("acme")).status, 200);
    assert_eq!(api.settled("health-acme:acme", 1)[0].text("url.path"), Some("/search"));
    assert_eq!(api.spans("health-unassigned").expect("Phoenix lists spans"), vec![]);
}
