//! Phoenix goes away in the middle, and comes back.

use crate::fixture::{context, phoenix_alone, search};
use crate::policy::policy;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tenantry_tests::envoy::client::Connection;
use tenantry_tests::envoy::{LATEST, mesh::Mesh};
use tenantry_tests::phoenix::Context;

/// How long a request may take whatever Phoenix does. One that waited for Phoenix would take ten seconds.
const PATIENCE: Duration = Duration::from_secs(2);
const ROUND: usize = 200;

fn round(connection: &mut Connection) -> Vec<Context> {
    let mut send = || {
        let started = Instant::now();
        let answer = connection.send(&search("acme")).expect("an answer");
        assert_eq!(answer.status, 200);
        assert!(started.elapsed() < PATIENCE, "a request waited for {:?}", started.elapsed());
        context(&answer).0
    };
    (0..ROUND).map(|_| send()).collect()
}

#[test]
fn spans_flow_again_when_phoenix_is_back() {
    let mut phoenix = phoenix_alone();
    let mesh = Mesh::traced(LATEST, &policy("outage", ""), phoenix.grpc());
    let mut connection = Connection::open(mesh.address("us")).expect("the gateway listens");
    let project = "outage-acme:acme";
    let mut sent = round(&mut connection);
    let _ = phoenix.api().settled(project, sent.len());

    phoenix.down();
    sent.extend(round(&mut connection));
    std::thread::sleep(Duration::from_secs(1));
    sent.extend(round(&mut connection));
    phoenix.up().expect("Phoenix starts again");
    sent.extend(round(&mut connection));

    phoenix.api().counted(project, sent.len(), Duration::from_secs(90));
    let stored: BTreeSet<_> = phoenix.api().settled(project, sent.len()).into_iter().map(|span| span.context).collect();
    assert_eq!(stored, sent.into_iter().collect());
}
