//! Rates: one bucket for a tenant, however many workers its requests meet.

use crate::fixture::{policy, search};
use std::time::{Duration, Instant};
use tenantry_tests::envoy::VERSIONS;
use tenantry_tests::envoy::client::Connection;
use tenantry_tests::envoy::mesh::Mesh;

/// The tier of `slowpoke`: 5 requests a second, 20 at once.
const RATE: f64 = 5.0;
const BURST: f64 = 20.0;

#[test]
fn four_workers_share_one_bucket() {
    for version in VERSIONS {
        let mesh = Mesh::with_workers(version, &policy("elsewhere: forward"), 4);
        let started = Instant::now();
        let address = mesh.address("us");
        // The very first request makes the bucket; what workers do at that one moment is not exact (threat model).
        let first = Connection::open(address).unwrap().send(&search("slowpoke")).unwrap().status;
        assert_eq!(first, 200, "Envoy {version}");
        // Many connections, so that every worker gets some.
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..24)
                .map(|_| {
                    scope.spawn(move || {
                        let mut connection = Connection::open(address).unwrap();
                        (0..10).map(|_| connection.send(&search("slowpoke")).unwrap().status).collect::<Vec<_>>()
                    })
                })
                .collect();
            senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
        });
        let elapsed = started.elapsed().as_secs_f64();
        let admitted = 1.0 + statuses.iter().filter(|&&status| status == 200).count() as f64;
        assert!(statuses.iter().all(|status| matches!(status, 200 | 429)), "Envoy {version}: {statuses:?}");
        assert!(admitted >= BURST, "Envoy {version}: only {admitted} of a burst of {BURST}");
        let most = BURST + RATE * elapsed + 1.0;
        assert!(admitted <= most, "Envoy {version}: {admitted} admitted in {elapsed} s, at most {most} should be");
        assert!(statuses.len() as f64 > most, "the flood was too slow to tell anything");
    }
}

#[test]
fn a_throttled_answer_says_when_to_come_back_and_it_is_so() {
    let mesh = Mesh::start(VERSIONS[1], &policy("elsewhere: forward"));
    let mut connection = Connection::open(mesh.address("us")).unwrap();
    let throttled = (0..1000)
        .map(|_| connection.send(&search("slowpoke")).unwrap())
        .find(|answer| answer.status == 429)
        .expect("1000 requests in a row are over the rate");
    let wait: u64 = throttled.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=5).contains(&wait), "{wait}");
    assert!(throttled.header("ratelimit").is_some_and(|field| field.contains("r=0")), "{:?}", throttled.headers);
    assert!(
        throttled.header("ratelimit-policy").is_some_and(|field| field.contains("q=20")),
        "{:?}",
        throttled.headers
    );
    assert_eq!(throttled.json()["code"], "tenant-throttled");
    // Another tenant has a bucket of its own.
    assert_eq!(connection.send(&search("alpha")).unwrap().status, 200);
    std::thread::sleep(Duration::from_secs(wait));
    assert_eq!(connection.send(&search("slowpoke")).unwrap().status, 200);
}
