//! Phoenix's REST API, as far as tests and the demo read it.

use crate::envoy::client::{self, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long what was sent may take to be found. Phoenix stores within a second where nothing else runs.
const SETTLE_LIMIT: Duration = Duration::from_secs(60);
/// For how long nothing may change before a set of spans counts as whole; Phoenix stores every 0.1 s.
const QUIET: Duration = Duration::from_millis(800);
/// The most that Phoenix gives at once.
const PAGE: usize = 1000;

/// A client of one Phoenix.
#[derive(Clone, Copy, Debug)]
pub struct Api {
    address: SocketAddr,
    key: Option<&'static str>,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Project {
    /// Phoenix's own id, which pages and paths are made of.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A span as Phoenix holds it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Span {
    /// Its name.
    pub name: String,
    /// Trace and span id.
    pub context: Context,
    /// The OpenInference kind.
    pub span_kind: String,
    /// The parent's span id.
    pub parent_id: Option<String>,
    /// When it began, RFC 3339.
    pub start_time: String,
    /// When it ended, RFC 3339.
    pub end_time: String,
    /// `OK`, `ERROR` or `UNSET`.
    pub status_code: String,
    /// What goes with `ERROR`.
    pub status_message: String,
    /// Attributes by their whole, dotted keys. `metadata` has been taken apart into such keys too.
    pub attributes: Map<String, Value>,
    /// Events.
    pub events: Vec<Value>,
}

/// A span's identity, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Context {
    /// 32 digits.
    pub trace_id: String,
    /// 16 digits.
    pub span_id: String,
}

/// A trace, as its project lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Trace {
    /// Phoenix's own id, which pages are made of.
    pub id: String,
    /// 32 hexadecimal digits.
    pub trace_id: String,
}

/// A session, as its project lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Session {
    /// Phoenix's own id, which pages are made of.
    pub id: String,
    /// The value of `session.id`.
    pub session_id: String,
    /// The traces of the session.
    pub traces: Vec<Trace>,
}

impl Span {
    /// An attribute.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.attributes.get(key)
    }

    /// An attribute that is a string.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// An attribute that is an integer.
    #[must_use]
    pub fn integer(&self, key: &str) -> Option<i64> {
        self.get(key)?.as_i64()
    }
}

#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
}

impl Api {
    /// Reads the Phoenix at `address`.
    #[must_use]
    pub const fn new(address: SocketAddr, key: Option<&'static str>) -> Self {
        Self { address, key }
    }

    /// Whether it serves.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        client::send(self.address, &Request::get(&self.address.to_string(), "/healthz"))
            .is_ok_and(|answer| answer.status == 200)
    }

    /// Every project, by name.
    ///
    /// # Errors
    /// When Phoenix does not answer as it should.
    pub fn projects(&self) -> io::Result<Vec<Project>> {
        let mut projects: Vec<Project> = self.pages("projects", "")?;
        projects.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(projects)
    }

    /// The spans of a project, the first stored first; none when there is no such project.
    ///
    /// # Errors
    /// As [`Api::projects`].
    pub fn spans(&self, project: &str) -> io::Result<Vec<Span>> {
        let mut spans: Vec<Span> = self.listed(project, "spans")?;
        spans.reverse();
        Ok(spans)
    }

    /// The traces of a project, the latest first.
    ///
    /// # Errors
    /// As [`Api::projects`].
    pub fn traces(&self, project: &str) -> io::Result<Vec<Trace>> {
        self.listed(project, "traces")
    }

    /// The sessions of a project.
    ///
    /// # Errors
    /// As [`Api::projects`].
    pub fn sessions(&self, project: &str) -> io::Result<Vec<Session>> {
        self.listed(project, "sessions")
    }

    /// The spans of a project, once there are so many and no more come.
    ///
    /// # Panics
    /// When that does not happen in time, or Phoenix does not answer as it should.
    #[must_use]
    pub fn settled(&self, project: &str, count: usize) -> Vec<Span> {
        let started = Instant::now();
        let mut spans = self.spans(project).expect("Phoenix lists spans");
        loop {
            std::thread::sleep(if spans.len() < count { Duration::from_millis(100) } else { QUIET });
            let now = self.spans(project).expect("Phoenix lists spans");
            if now.len() == spans.len() && now.len() >= count {
                assert_eq!(now.len(), count, "{project} holds more spans than were sent");
                return now;
            }
            spans = now;
            if started.elapsed() > SETTLE_LIMIT {
                let names: Vec<_> = spans.iter().take(40).map(|span| &span.name).collect();
                panic!("{project} holds {} spans and not {count}: {names:?}", spans.len());
            }
        }
    }

    /// What a project lists, by Phoenix's id for it: names with a slash cannot be part of a path.
    fn listed<T: DeserializeOwned>(&self, project: &str, what: &str) -> io::Result<Vec<T>> {
        match self.projects()?.into_iter().find(|candidate| candidate.name == project) {
            Some(project) => self.pages(&format!("projects/{}/{what}", project.id), &format!("&limit={PAGE}")),
            None => Ok(Vec::new()),
        }
    }

    fn pages<T: DeserializeOwned>(&self, what: &str, query: &str) -> io::Result<Vec<T>> {
        let mut all = Vec::new();
        let mut cursor = String::new();
        loop {
            let page: Page<T> = self.get(&format!("/v1/{what}?{}{query}", cursor))?;
            all.extend(page.data);
            match page.next_cursor {
                Some(next) => cursor = format!("cursor={}", next.replace('=', "%3D")),
                None => return Ok(all),
            }
        }
    }

    fn get<T: DeserializeOwned>(&self, target: &str) -> io::Result<T> {
        let mut request = Request::get(&self.address.to_string(), target).header("Connection", "close");
        if let Some(key) = self.key {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        let answer = client::send(self.address, &request)?;
        serde_json::from_slice(&answer.body)
            .map_err(|error| io::Error::other(format!("{target}: {} {error}: {}", answer.status, answer.text())))
    }
}
