//! A steady load through a front door, of which every request is accounted for.

use super::HOST;
use super::client::{Client, Secure};
use super::ledger::Ledger;
use crate::envoy::client::{Request, Response};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Threads that send, each one request after the other.
pub const SENDERS: usize = 4;
/// What each waits between requests, so that the load leaves room for what is being tested.
const PAUSE: Duration = Duration::from_millis(2);

/// Makes the ids of different loads differ.
static LOADS: AtomicUsize = AtomicUsize::new(0);

/// A load under way.
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
    /// Sends for these tenants in turn, reads and writes by turns, until [`Load::finish`]. Every request has a connection of
    /// its own, so that none is lost to one that the other side closes while it is idle; nothing is sent twice.
    #[must_use]
    pub fn start(client: &Client, tenants: &[&str]) -> Self {
        Self::launch(client, tenants, Kind::Fresh)
    }

    /// Sends reads for these tenants in turn, on connections that are used again. As clients do, it sends a read once more
    /// when a connection that it has used before closes without an answer.
    #[must_use]
    pub fn kept(client: &Client, tenants: &[&str]) -> Self {
        Self::launch(client, tenants, Kind::Kept)
    }

    fn launch(client: &Client, tenants: &[&str], kind: Kind) -> Self {
        let load = LOADS.fetch_add(1, Ordering::Relaxed);
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let senders = (0..SENDERS).map(|number| {
            let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
            let tenants: Vec<String> = tenants.iter().map(|&tenant| tenant.to_owned()).collect();
            let mut sender = Sender { client: client.clone(), kind, connection: None };
            std::thread::spawn(move || {
                let mut outcomes = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let turn = outcomes.len();
                    let tenant = &tenants[(number + turn / 2) % tenants.len()];
                    outcomes.push(sender.send(tenant, turn % 2 == 1, format!("{load}-{number}-{turn}")));
                    answered.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(PAUSE);
                }
                outcomes
            })
        });
        let senders = senders.collect();
        Self { stop, answered, senders }
    }

    /// How many answers have come.
    #[must_use]
    pub fn answered(&self) -> usize {
        self.answered.load(Ordering::Relaxed)
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

/// How a load uses connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// One for each request.
    Fresh,
    /// One for many.
    Kept,
}

/// Sends one request after the other.
struct Sender {
    client: Client,
    kind: Kind,
    connection: Option<Secure>,
}

impl Sender {
    fn send(&mut self, tenant: &str, write: bool, id: String) -> Outcome {
        let method = if write && self.kind == Kind::Fresh { "POST" } else { "GET" };
        let request =
            Request::new(method, HOST, "/search").header("X-Tenant-ID", tenant).header(Ledger::ID, id.as_str());
        let body = || format!("{{\"tenant_id\":\"{tenant}\"}}");
        let request = if method == "POST" { request.json(body()) } else { request };
        let sent = Instant::now();
        let response = match self.kind {
            Kind::Fresh => self.client.send(&request),
            Kind::Kept => self.send_on_kept(&request),
        };
        Outcome { id, tenant: tenant.to_owned(), method, sent, done: Instant::now(), answer: answer(response) }
    }

    fn send_on_kept(&mut self, request: &Request) -> io::Result<Response> {
        if let Some(mut used) = self.connection.take()
            && let Ok(response) = used.send(request)
        {
            self.keep(used, &response);
            return Ok(response);
        }
        let mut fresh = self.client.open()?;
        let response = fresh.send(request)?;
        self.keep(fresh, &response);
        Ok(response)
    }

    fn keep(&mut self, connection: Secure, response: &Response) {
        if response.header("connection") != Some("close") {
            self.connection = Some(connection);
        }
    }
}

fn answer(response: io::Result<Response>) -> Answer {
    match response {
        Err(error) => Answer::Lost(error.to_string()),
        Ok(response) => {
            let json = response.json();
            match (json["cluster"].as_str(), json["code"].as_str()) {
                (Some(cluster), _) if response.status == 200 => Answer::Served(cluster.to_owned()),
                (_, Some(code)) => Answer::Refused(response.status, code.to_owned()),
                _ => Answer::Lost(format!("{} {}", response.status, response.text())),
            }
        }
    }
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
