//! Answers that the filter gives itself: problem documents and redirects.

use crate::{host, pairs};
use tenantry_engine::code::Code;
use tenantry_engine::decision::Verdict;
use tenantry_engine::throttle::{self, Taken};
use tenantry_engine::{location, problem};

/// What an answer needs to know of the request.
#[derive(Clone, Copy, Default)]
pub struct Asked<'a> {
    /// `x-request-id`, which the proxy makes or checks.
    pub request_id: Option<&'a [u8]>,
    /// `:path`.
    pub target: Option<&'a [u8]>,
}

impl<'a> Asked<'a> {
    /// Finds it among the headers.
    pub fn of(headers: &[pairs::Header<'a>]) -> Self {
        let find = |wanted: &[u8]| headers.iter().find(|(name, _)| *name == wanted).map(|&(_, value)| value);
        Self { request_id: find(b"x-request-id"), target: find(b":path") }
    }
}

/// Answers a request that does not go on. Verdicts that let it go on are not answered.
pub fn send(verdict: Verdict<'_>, asked: Asked<'_>, taken: Option<&Taken>) {
    match verdict {
        Verdict::Allow | Verdict::Forward { .. } => {}
        Verdict::Refuse(code) => refuse(code, asked, taken),
        Verdict::Redirect { endpoint, .. } => {
            let location = location::location(endpoint, asked.target.unwrap_or(b"/"));
            respond(verdict, "redirect", &[("location", &location)], "");
        }
    }
}

fn refuse(code: Code, asked: Asked<'_>, taken: Option<&Taken>) {
    let limits = taken.filter(|_| code == Code::TenantThrottled).map(throttle::fields);
    let mut headers = vec![("content-type", problem::CONTENT_TYPE)];
    headers.extend(limits.iter().flatten().map(|(name, value)| (*name, &**value)));
    if code.status() == 401 {
        headers.push(("www-authenticate", "Bearer"));
    }
    respond(Verdict::Refuse(code), code.as_str(), &headers, &problem::body(code, asked.request_id));
}

fn respond(verdict: Verdict<'_>, details: &str, headers: &[(&str, &str)], body: &str) {
    let Some(status) = verdict.status() else { return };
    // The answer depends on the tenant, which caches do not key on.
    let mut headers = headers.to_vec();
    headers.push(("cache-control", "no-store"));
    if !host::respond(status, details, &pairs::write(&headers), body.as_bytes()) {
        host::log(host::Level::Error, "the proxy did not take the answer to a request; the request stays stopped");
    }
}
