//! A steady load through a front door, of which every request is accounted for.

use super::HOST;
use super::client::Client;
use super::ledger::Ledger;
use crate::envoy::client::Request;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Threads that send, each one request after the other.
const SENDERS: usize = 4;
/// What each waits between requests, so that the load leaves room for what is being tested.
const PAUSE: Duration = Duration::from_millis(2);

/// A load under way. Every request has a connection of its own, so that none is lost to one that the other side closes
/// while it is idle; nothing is sent twice.
#[derive(Debug)]
pub struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    senders: Vec<JoinHandle<Vec<Outcome>>>,
}

/// What became of one request.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its value of [`Ledger::ID`].
    pub id: String,
    /// The tenant that it was for.
    pub tenant: String,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// When it was sent.
    pub sent: Instant,
    /// When its answer was there.
    pub done: Instant,
    /// What was answered.
    pub answer: Answer,
}

/// An answer, as far as an account needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A service of this cluster, with 200.
    Served(String),
    /// A refusal with this status and code.
    Refused(u16, String),
    /// Another answer, or none.
    Lost(String),
}

impl Load {
    /// Sends for these tenants in turn, reads and writes by turns, until [`Load::finish`].
    #[must_use]
    pub fn start(client: &Client, tenants: &[&str]) -> Self {
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let senders = (0..SENDERS).map(|sender| {
            let (client, stop, answered) = (client.clone(), Arc::clone(&stop), Arc::clone(&answered));
            let tenants: Vec<String> = tenants.iter().map(|&tenant| tenant.to_owned()).collect();
            std::thread::spawn(move || {
                let mut outcomes = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let number = outcomes.len();
                    let tenant = &tenants[(sender + number / 2) % tenants.len()];
                    outcomes.push(send(&client, tenant, number % 2 == 1, format!("{sender}-{number}")));
                    answered.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(PAUSE);
                }
                outcomes
            })
        });
        let senders = senders.collect();
        Self { stop, answered, senders }
    }

    /// Lets it go on for so many more answers.
    pub fn go_on(&self, requests: usize) {
        let until = self.answered.load(Ordering::Relaxed) + requests;
        while self.answered.load(Ordering::Relaxed) < until && self.senders.iter().any(|sender| !sender.is_finished()) {
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Ends it and returns every outcome in the order of sending.
    ///
    /// # Panics
    /// When a sender did.
    #[must_use]
    pub fn finish(self) -> Account {
        self.stop.store(true, Ordering::Relaxed);
        let outcomes = self.senders.into_iter().flat_map(|sender| sender.join().expect("a sender"));
        let mut outcomes: Vec<Outcome> = outcomes.collect();
        outcomes.sort_by_key(|outcome| outcome.sent);
        Account { outcomes }
    }
}

fn send(client: &Client, tenant: &str, write: bool, id: String) -> Outcome {
    let method = if write { "POST" } else { "GET" };
    let request = Request::new(method, HOST, "/search").header("X-Tenant-ID", tenant).header(Ledger::ID, id.as_str());
    let request = if write { request.json(format!("{{\"tenant_id\":\"{tenant}\"}}")) } else { request };
    let sent = Instant::now();
    let answer = client.send(&request);
    let done = Instant::now();
    let answer = match answer {
        Err(error) => Answer::Lost(error.to_string()),
        Ok(response) => {
            let json = response.json();
            match (json["cluster"].as_str(), json["code"].as_str()) {
                (Some(cluster), _) if response.status == 200 => Answer::Served(cluster.to_owned()),
                (_, Some(code)) => Answer::Refused(response.status, code.to_owned()),
                _ => Answer::Lost(format!("{} {}", response.status, response.text())),
            }
        }
    };
    Outcome { id, tenant: tenant.to_owned(), method, sent, done, answer }
}

/// Every request of a load.
#[derive(Clone, Debug)]
pub struct Account {
    /// In the order of sending.
    pub outcomes: Vec<Outcome>,
}

impl Account {
    /// What is wrong where every request has to be served once, and by whom it says: a line for each.
    #[must_use]
    pub fn faults(&self, ledger: &Ledger) -> Vec<String> {
        let faults = self.outcomes.iter().filter_map(|outcome| {
            let arrivals = ledger.arrivals(&outcome.id);
            match &outcome.answer {
                Answer::Served(cluster) if arrivals == [cluster.as_str()] => None,
                answer => Some(format!(
                    "{} {} for {}: {answer:?}, and it reached {arrivals:?}",
                    outcome.method, outcome.id, outcome.tenant
                )),
            }
        });
        faults.collect()
    }

    /// How many answers of each kind a tenant got, for the tables of a failed test: `served by us`, `503 ...`.
    #[must_use]
    pub fn summary(&self) -> BTreeMap<(String, String), usize> {
        let mut counts = BTreeMap::new();
        for outcome in &self.outcomes {
            let answer = match &outcome.answer {
                Answer::Served(cluster) => format!("served by {cluster}"),
                Answer::Refused(status, code) => format!("{status} {code}"),
                Answer::Lost(why) => format!("lost: {why}"),
            };
            *counts.entry((outcome.tenant.clone(), answer)).or_default() += 1;
        }
        counts
    }

    /// What a tenant was answered, each kind once until it changes.
    #[must_use]
    pub fn course(&self, tenant: &str) -> Vec<Answer> {
        let mut course: Vec<Answer> =
            self.outcomes.iter().filter(|it| it.tenant == tenant).map(|it| it.answer.clone()).collect();
        course.dedup();
        course
    }
}
