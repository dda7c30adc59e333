//! Sending a row to a gateway, and reading what became of it.

use super::table::{Expect, Row};
use crate::envoy::client::{self, Body, Request, Response};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use tenantry::explain::AskError;
use tenantry::try_::echo::Echo;
use tenantry::try_::token::Issuer;

/// What a client sees of its request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// `allow`, `refuse`, `forward` or `redirect`; or none of them, as `answer`.
    pub verdict: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// The refusal's code.
    pub code: Option<String>,
    /// What the service saw, if one answered.
    pub echo: Option<Echo>,
}

#[derive(Deserialize)]
struct Problem {
    code: String,
}

/// Sends a row to the gateway of its cluster, a flood until the expected status comes, and reads the last answer.
///
/// # Errors
/// When the row is no request, or the gateway does not answer.
pub fn send(row: &Row, gateway: SocketAddr, issuer: Option<&Issuer>) -> io::Result<Seen> {
    let request = request(row, issuer).map_err(io::Error::other)?;
    let mut connection = client::Connection::open(gateway)?;
    let mut answer = connection.send(&request)?;
    for _ in 1..row.flood.unwrap_or(1) {
        if row.expect.status == Some(answer.status) {
            break;
        }
        answer = connection.send(&request)?;
    }
    Ok(see(&row.at, &answer))
}

fn request(row: &Row, issuer: Option<&Issuer>) -> Result<Request, AskError> {
    let asked = row.asked()?;
    let mut request = Request::new(&asked.method, &asked.authority, asked.target.clone());
    for line in &row.headers {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        request = request.header(name, value.trim_start());
    }
    if let Some((tenant, issuer)) = row.token.as_ref().zip(issuer) {
        request = request.header("Authorization", format!("Bearer {}", issuer.token(tenant)));
    }
    Ok(match &row.json {
        Some(json) => request.json(json.as_bytes()),
        None => Request { body: Body::None, ..request },
    })
}

/// Reads an answer of the gateway of cluster `at`.
#[must_use]
pub fn see(at: &str, answer: &Response) -> Seen {
    let seen = Seen { verdict: "answer", status: answer.status, ..Seen::default() };
    if answer.header("content-type") == Some("application/problem+json") {
        let problem: Option<Problem> = serde_json::from_slice(&answer.body).ok();
        return Seen { verdict: "refuse", code: problem.map(|problem| problem.code), ..seen };
    }
    if answer.status == 308 {
        return Seen { verdict: "redirect", ..seen };
    }
    match serde_json::from_slice::<Echo>(&answer.body) {
        Ok(echo) => {
            let verdict = if echo.identity.cluster == at { "allow" } else { "forward" };
            Seen { verdict, echo: Some(echo), ..seen }
        }
        Err(_) => seen,
    }
}

impl Seen {
    /// Every difference to an expectation, as a line each.
    #[must_use]
    pub fn differences(&self, expect: &Expect) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |what: &str, expected: Option<&str>, seen: Option<&str>| {
            if let Some(expected) = expected
                && seen != Some(expected)
            {
                found.push(format!("{what} is {}, not {expected}", seen.unwrap_or("absent")));
            }
        };
        let identity = self.echo.as_ref().map(|echo| &echo.identity);
        compare("verdict", Some(&expect.verdict), Some(self.verdict));
        let status = expect.status.or((expect.verdict != "refuse").then_some(200)).map(|status| status.to_string());
        compare("status", status.as_deref(), Some(&self.status.to_string()));
        compare("code", expect.code.as_deref(), self.code.as_deref());
        compare("cluster", expect.cluster.as_deref(), identity.map(|identity| identity.cluster.as_str()));
        compare("service", expect.service.as_deref(), identity.map(|identity| identity.service.as_str()));
        compare("release", expect.release.as_deref(), identity.and_then(|identity| identity.release.as_deref()));
        compare("path", expect.path.as_deref(), self.echo.as_ref().map(|echo| echo.path.as_str()));
        found.extend(self.echo.iter().flat_map(|echo| headers(&expect.upstream, &echo.headers)));
        found
    }

    /// One line: what became of the request.
    #[must_use]
    pub fn summary(&self) -> String {
        let identity = self.echo.as_ref().map(|echo| &echo.identity);
        let answer = identity.map(|identity| {
            let release = identity.release.as_ref().map(|release| format!("/{release}")).unwrap_or_default();
            format!(" {} {}{release}", identity.cluster, identity.service)
        });
        let code = self.code.as_ref().map(|code| format!(" {code}"));
        format!("{} {}{}{}", self.verdict, self.status, code.unwrap_or_default(), answer.unwrap_or_default())
    }
}

fn headers(expected: &BTreeMap<String, Option<String>>, seen: &[(String, String)]) -> Vec<String> {
    let values = |name: &str| -> Vec<&str> {
        seen.iter().filter(|(seen, _)| seen == name).map(|(_, value)| value.as_str()).collect()
    };
    let wrong =
        expected.iter().filter(|(name, value)| values(name) != value.as_deref().into_iter().collect::<Vec<_>>());
    wrong
        .map(|(name, value)| {
            format!("upstream {name} is {:?}, not {}", values(name), value.as_deref().unwrap_or("absent"))
        })
        .collect()
}

/// One line: what has to become of a request.
#[must_use]
pub fn expected(expect: &Expect) -> String {
    let status = expect.status.or((expect.verdict != "refuse").then_some(200));
    let status = status.map(|status| format!(" {status}")).unwrap_or_default();
    let code = expect.code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    let cluster = expect.cluster.as_ref().map(|cluster| format!(" {cluster}")).unwrap_or_default();
    let service = expect.service.as_ref().map(|service| format!(" {service}")).unwrap_or_default();
    let release = expect.release.as_ref().map(|release| format!("/{release}")).unwrap_or_default();
    format!("{}{status}{code}{cluster}{service}{release}", expect.verdict)
}
