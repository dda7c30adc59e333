//! Steady traffic: every request is one span, none lost and none doubled.

use crate::fixture::{context, phoenix_alone, search};
use crate::policy::policy;
use std::collections::BTreeSet;
use std::time::Duration;
use tenantry_tests::envoy::client::Connection;
use tenantry_tests::envoy::{LATEST, mesh::Mesh};

const REQUESTS: usize = 10_000;
const CONNECTIONS: usize = 8;
const TENANTS: [&str; 2] = ["acme", "globex"];

#[test]
fn ten_thousand_requests_are_ten_thousand_spans() {
    let phoenix = phoenix_alone();
    let (mesh, api) = (Mesh::traced(LATEST, &policy("steady", ""), phoenix.grpc()), phoenix.api());
    let address = mesh.address("us");
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|number| {
            let tenant = TENANTS[number % TENANTS.len()];
            std::thread::spawn(move || {
                let mut connection = Connection::open(address).expect("the gateway listens");
                let mut send = || context(&connection.send(&search(tenant)).expect("an answer")).0;
                (tenant, (0..REQUESTS / CONNECTIONS).map(|_| send()).collect::<Vec<_>>())
            })
        })
        .collect();
    let sent: Vec<_> = clients.into_iter().map(|client| client.join().expect("no client fails")).collect();
    for tenant in TENANTS {
        let mine = sent.iter().filter(|(whose, _)| *whose == tenant).flat_map(|(_, contexts)| contexts);
        let mine: BTreeSet<_> = mine.collect();
        assert_eq!(mine.len(), REQUESTS / TENANTS.len(), "every span id is another");
        let project = format!("steady-{tenant}:{tenant}");
        api.counted(&project, mine.len(), Duration::from_secs(600));
        let stored = api.settled(&project, mine.len());
        assert_eq!(stored.iter().map(|span| &span.context).collect::<BTreeSet<_>>(), mine);
    }
}
