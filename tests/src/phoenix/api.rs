//! Phoenix's REST API, as far as tests and the demo read it.

use super::model::{Project, Session, Span, Trace};
use crate::envoy::client::{self, Request, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long what was sent may take to be found. Phoenix stores within a second where nothing else runs.
const SETTLE_LIMIT: Duration = Duration::from_secs(90);
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

    /// Waits until a project holds so many spans. Quicker than [`Api::settled`] where they are thousands.
    ///
    /// # Panics
    /// When that does not happen within `limit`, or Phoenix does not answer as it should.
    pub fn counted(&self, project: &str, count: usize, limit: Duration) {
        let started = Instant::now();
        loop {
            let found = self.count(project).expect("Phoenix counts spans");
            if found >= count {
                return;
            }
            assert!(started.elapsed() < limit, "{project} holds {found} spans and not {count} after {limit:?}");
            std::thread::sleep(Duration::from_millis(250));
        }
    }

    /// How many spans a project holds.
    ///
    /// # Errors
    /// As [`Api::projects`].
    pub fn count(&self, project: &str) -> io::Result<usize> {
        let Some(project) = self.project(project)? else { return Ok(0) };
        let query = "query ($id: ID!) { node(id: $id) { ... on Project { recordCount } } }";
        let body = json!({ "query": query, "variables": { "id": project.id } }).to_string();
        let request = Request::new("POST", &self.address.to_string(), "/graphql").json(body);
        let answer = self.send(request)?;
        let count = answer.json()["data"]["node"]["recordCount"].as_u64();
        let count = count.and_then(|count| usize::try_from(count).ok());
        count.ok_or_else(|| io::Error::other(format!("GraphQL: {} {}", answer.status, answer.text())))
    }

    /// What a project lists, by Phoenix's id for it: names with a slash cannot be part of a path.
    fn listed<T: DeserializeOwned>(&self, project: &str, what: &str) -> io::Result<Vec<T>> {
        match self.project(project)? {
            Some(project) => self.pages(&format!("projects/{}/{what}", project.id), &format!("limit={PAGE}")),
            None => Ok(Vec::new()),
        }
    }

    fn project(&self, name: &str) -> io::Result<Option<Project>> {
        Ok(self.projects()?.into_iter().find(|project| project.name == name))
    }

    fn pages<T: DeserializeOwned>(&self, what: &str, query: &str) -> io::Result<Vec<T>> {
        let mut all = Vec::new();
        let mut target = format!("/v1/{what}?{query}");
        loop {
            let answer = self.send(Request::get(&self.address.to_string(), target.as_str()))?;
            let page: Page<T> = serde_json::from_slice(&answer.body)
                .map_err(|error| io::Error::other(format!("{target}: {} {error}: {}", answer.status, answer.text())))?;
            all.extend(page.data);
            match page.next_cursor {
                Some(next) => target = format!("/v1/{what}?{query}&cursor={}", next.replace('=', "%3D")),
                None => return Ok(all),
            }
        }
    }

    fn send(&self, request: Request) -> io::Result<Response> {
        let mut request = request.header("Connection", "close");
        if let Some(key) = self.key {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        client::send(self.address, &request)
    }
}
