//! A front door that is bypassed, or wrong: the gateways' filters see it.

use crate::seen::{Seen, seen, served};
use std::path::Path;
use std::time::Duration;
use tenantry_tests::door::{BALANCERS, Client, HOST, World};
use tenantry_tests::envoy::client::{Request, Response};

/// What `elsewhere` can say.
const ELSEWHERE: [&str; 3] = ["forward", "redirect", "refuse"];

fn send(client: &Client, tenant: &str) -> Response {
    client.send(&Request::get(HOST, "/search?q=1").header("X-Tenant-ID", tenant)).expect("an answer")
}

/// What becomes of a request of `tenant`, at home in `home`, at the other cluster's gateway.
fn expect(world: &World, elsewhere: &str, answer: &Response, home: &str) {
    match elsewhere {
        "forward" => assert_eq!(seen(answer), served(home)),
        "redirect" => {
            let port = world.cluster(home).address().port();
            let location = format!("https://{home}.gateway.test:{port}/search?q=1");
            assert_eq!((answer.status, answer.header("location")), (308, Some(location.as_str())));
        }
        _ => assert_eq!(seen(answer), Seen::Gateway(421, "tenant-elsewhere".to_owned())),
    }
}

#[test]
fn bypassed_or_wrong() {
    for elsewhere in ELSEWHERE {
        let change = format!("elsewhere: {elsewhere} ");
        let world = World::start(&[("elsewhere: forward ", &change)]);
        for (cluster, tenant, home) in [("us", "tenant_b", "eu"), ("eu", "tenant_a", "us")] {
            let answer = send(&world.client_of(world.cluster(cluster).address()), tenant);
            expect(&world, elsewhere, &answer, home);
        }
        for balancer in BALANCERS {
            let mut door = world.door(balancer);
            door.tamper(swapped);
            for (wrong, tenant, home) in [("us", "tenant_b", "eu"), ("eu", "tenant_a", "us")] {
                let seen_before = settled(&world, wrong);
                expect(&world, elsewhere, &send(&world.client(), tenant), home);
                // Some front doors ask in between whether it works.
                let entries = (seen_before..).map(|number| world.cluster(wrong).entry(number));
                let entry =
                    entries.into_iter().find(|entry| entry.path.as_deref() == Some("/search")).expect("an entry");
                assert_eq!(entry.tenant.as_deref(), Some(tenant), "{balancer:?}: it went through the wrong cluster");
            }
        }
    }
}

/// What a front door refuses, the gateway refuses as well, in the same words.
#[test]
fn gateways_need_no_front_door() {
    let world = World::start(&[]);
    let client = world.client_of(world.cluster("us").address());
    for (headers, status, code) in [
        (vec![], 400, "tenant-missing"),
        (vec![("X-Tenant-ID", "nobody")], 403, "tenant-unknown"),
        (vec![("X-Tenant-ID", "Tenant_A")], 403, "tenant-unknown"),
        (vec![("X-Tenant-ID", "initech")], 403, "tenant-suspended"),
        (vec![("X-Tenant-ID", "tenant-a")], 400, "tenant-malformed"),
        (vec![("X-Tenant-ID", "tenant_a,tenant_b")], 400, "tenant-ambiguous"),
        (vec![("X-Tenant-ID", "tenant_a"), ("X-Tenant-ID", "tenant_b")], 400, "tenant-ambiguous"),
        (vec![("X-Tenant-ID", "tenant_a"), ("X_Tenant_ID", "tenant_b")], 400, "tenant-malformed"),
        (vec![("X_Tenant_ID", "tenant_a"), ("x-tenantry-cluster", "us")], 400, "tenant-malformed"),
    ] {
        let request = headers.iter().fold(Request::get(HOST, "/search"), |it, (name, value)| it.header(*name, *value));
        let answer = client.send(&request).expect("an answer");
        assert_eq!(seen(&answer), Seen::Gateway(status, code.to_owned()), "{headers:?}");
    }
    assert!(world.ledger().is_empty());
}

/// How many requests a cluster's gateway has logged, once no more come.
fn settled(world: &World, cluster: &str) -> usize {
    let mut before = 0;
    loop {
        // Longer than Envoy holds its log back.
        std::thread::sleep(Duration::from_millis(100));
        let now = world.cluster(cluster).entries().len();
        if now == before {
            return now;
        }
        before = now;
    }
}

/// The tenants' map with `us` and `eu` exchanged: a front door that is wrong about everybody.
fn swapped(file: &Path, text: &str) -> String {
    let tenants = file.extension().is_some_and(|extension| extension == "map" || extension == "json");
    if !tenants {
        return text.to_owned();
    }
    let swap = |word: &str| match word {
        "us" => "eu".to_owned(),
        "eu" => "us".to_owned(),
        other => other.to_owned(),
    };
    let words = text.split_inclusive(|char: char| !char.is_ascii_alphanumeric());
    words
        .map(|word| match word.char_indices().last() {
            Some((at, end)) if !end.is_ascii_alphanumeric() => format!("{}{end}", swap(&word[..at])),
            _ => swap(word),
        })
        .collect()
}
