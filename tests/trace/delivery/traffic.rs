//! Clients that ask one thing after the other, and note how long each answer took.

use super::TENANTS;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tenantry_tests::envoy::client::{Connection, Request};

/// Clients at once.
const CLIENTS: usize = 4;

/// What clients saw.
#[derive(Debug)]
pub struct Traffic {
    /// How long each answer took, in ascending order.
    latencies: Vec<Duration>,
}

impl Traffic {
    /// Sends `each` requests from each client, every one of which has to be allowed.
    pub fn send(address: SocketAddr, each: usize) -> Self {
        Self::send_while(address, |sent| sent < each)
    }

    /// Sends requests from each client for as long as `more` says so of the number that it has sent.
    pub fn send_while(address: SocketAddr, more: impl Fn(usize) -> bool + Sync) -> Self {
        let more = &more;
        let client = move |client: usize| {
            let mut connection = Connection::open(address).expect("a connection");
            let mut latencies = Vec::new();
            for number in (0..).take_while(|&sent| more(sent)) {
                let (tenant, _) = TENANTS[(client + number) % TENANTS.len()];
                let request = Request::get("api.example.com", "/search?q=1").header("x-tenant-id", tenant);
                let begin = Instant::now();
                let answer = connection.send(&request).expect("an answer");
                latencies.push(begin.elapsed());
                assert_eq!(answer.status, 200, "{}", answer.text());
            }
            latencies
        };
        let mut latencies: Vec<Duration> = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS).map(|number| scope.spawn(move || client(number))).collect();
            clients.into_iter().flat_map(|client| client.join().expect("every answer as expected")).collect()
        });
        latencies.sort_unstable();
        Self { latencies }
    }

    /// How many requests were answered.
    pub fn requests(&self) -> u64 {
        self.latencies.len() as u64
    }

    /// Asserts that answers took no longer than in `healthy`, give or take what a busy machine does to them. An
    /// answer that waited for the sink would be late by far more than that.
    pub fn assert_not_slower(&self, healthy: &Self, what: &str) {
        for (percent, slack) in [(50, Duration::from_millis(2)), (99, Duration::from_millis(40))] {
            let (now, before) = (self.percentile(percent), healthy.percentile(percent));
            assert!(now <= before * 3 + slack, "{what}: {percent}% took up to {now:?}, when all was well {before:?}");
        }
    }

    fn percentile(&self, percent: usize) -> Duration {
        self.latencies[(self.latencies.len() - 1) * percent / 100]
    }
}
