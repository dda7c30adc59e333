//! Which traces are exported: by tier, by trace id, and what is kept whatever they say.

use crate::fixture::{context, mesh, phoenix, search};
use crate::policy::HOST;
use std::collections::BTreeSet;
use tenantry_tests::envoy::client::{Connection, Request};

const REQUESTS: usize = 400;

#[test]
fn tiers_have_rates_of_their_own() {
    let (mesh, api) = (mesh("rates", "sampling: 25%"), phoenix().api());
    let mut connection = Connection::open(mesh.address("us")).expect("the gateway listens");
    // The default of a quarter, then all, then none.
    for (tenant, range) in [("acme", 60..=140), ("globex", REQUESTS..=REQUESTS), ("hooli", 0..=0)] {
        let mut sampled = BTreeSet::new();
        for _ in 0..REQUESTS {
            let (context, is_sampled) = context(&connection.send(&search(tenant)).expect("an answer"));
            if is_sampled {
                sampled.insert(context);
            }
        }
        assert!(range.contains(&sampled.len()), "{tenant}: {} of {REQUESTS} are sampled", sampled.len());
        let stored = api.settled(&format!("rates-{tenant}:{tenant}"), sampled.len());
        // What services are told is what Phoenix holds, so that their spans find their parents.
        assert_eq!(stored.into_iter().map(|span| span.context).collect::<BTreeSet<_>>(), sampled, "{tenant}");
    }
}

#[test]
fn refusals_and_errors_are_kept() {
    let (mesh, api) = (mesh("kept", "sampling: 0%"), phoenix().api());
    for _ in 0..20 {
        assert!(!context(&mesh.send("us", &search("acme"))).1);
    }
    let failing = mesh.send("us", &search("acme").header("x-echo-status", "503"));
    let (failed, sampled) = context(&failing);
    assert!(!sampled, "the application is not to export what has no parent that it knows of");
    assert_eq!(mesh.send("us", &Request::get(HOST, "/admin").header("X-Tenant-ID", "hooli")).status, 403);
    assert_eq!(mesh.send("us", &search("nobody")).status, 403);
    let span = api.settled("kept-acme:acme", 1).remove(0);
    assert_eq!((span.context, span.status_message.as_str()), (failed, "HTTP 503"));
    assert_eq!(api.settled("kept-hooli:hooli", 1)[0].status_message, "route-forbidden");
    assert_eq!(api.settled("kept-unassigned", 1)[0].status_message, "tenant-unknown");
}

#[test]
fn nothing_is_kept_that_the_policy_does_not_keep() {
    let (mesh, api) = (mesh("unkept", "sampling: 0%\nkeep: []"), phoenix().api());
    for request in [search("acme"), search("acme").header("x-echo-status", "503"), search("nobody")] {
        let _ = mesh.send("us", &request);
    }
    // All of globex's tier is exported, and comes after the rest.
    assert_eq!(mesh.send("us", &search("globex")).status, 200);
    let _ = api.settled("unkept-globex:globex", 1);
    let others = api.projects().expect("projects").into_iter().filter(|project| project.name.starts_with("unkept"));
    assert_eq!(others.map(|project| project.name).collect::<Vec<_>>(), ["unkept-globex:globex"]);
}
