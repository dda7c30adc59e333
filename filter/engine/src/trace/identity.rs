//! Who a request is from and what was decided on it, as both modes tell it.

use super::metadata::Metadata;
use super::seen::{Once, Seen};
use super::text;
use crate::code::Code;
use crate::config::Role;
use crate::decide::header_once;
use crate::decision::{Decision, Verdict};
use crate::load::Config;
use crate::request::Request;
use std::borrow::Cow;

/// The header with the id that the proxy gives to a request.
const REQUEST_ID: &str = "x-request-id";

/// The session that the request names, as `TENANT/SESSION`. Phoenix's session ids are global, so there is none without
/// a tenant; and an id that is no text, or longer than a span holds, is left out, because another would be a lie.
#[must_use]
pub fn session(config: &Config, request: &Request<'_>, tenant: Option<&str>) -> Option<String> {
    let (tenant, session) = session_parts(&Seen::of(request, config.trace()?), tenant)?;
    Some(format!("{tenant}/{session}"))
}

pub(super) fn session_parts<'a>(seen: &Seen<'a>, tenant: Option<&'a str>) -> Option<(&'a str, &'a str)> {
    Some((tenant?, name(seen.session)?))
}

/// The user that the request names.
#[must_use]
pub fn user<'a>(config: &Config, request: &Request<'a>) -> Option<&'a str> {
    user_of(&Seen::of(request, config.trace()?))
}

pub(super) fn user_of<'a>(seen: &Seen<'a>) -> Option<&'a str> {
    name(seen.user)
}

/// The decision as a JSON object: cluster, tier, release, service, decision, code and request id, as far as there are any.
#[must_use]
pub fn metadata(config: &Config, request: &Request<'_>, decision: &Decision<'_>) -> String {
    let mut metadata = facts(config, decision, request_id(header_once(request, REQUEST_ID)).as_deref());
    verdict(&mut metadata, decision.verdict);
    metadata.finish()
}

/// What [`metadata`] tells of a request whose body may still change the verdict.
#[derive(Debug)]
pub struct Undecided(Metadata);

impl Undecided {
    /// Takes it from the request's headers.
    #[must_use]
    pub fn of(config: &Config, request: &Request<'_>, decision: &Decision<'_>) -> Self {
        Self(facts(config, decision, request_id(header_once(request, REQUEST_ID)).as_deref()))
    }

    /// The metadata when the request was refused after all.
    #[must_use]
    pub fn refused(mut self, code: Code) -> String {
        verdict(&mut self.0, Verdict::Refuse(code));
        self.0.finish()
    }
}

/// The metadata without the verdict, which a body may still change.
pub(super) fn facts(config: &Config, decision: &Decision<'_>, request_id: Option<&str>) -> Metadata {
    let mut metadata = Metadata::new();
    let fields = [
        ("cluster", decision.cluster),
        ("tier", decision.tier),
        ("release", decision.release),
        ("service", service(config, decision)),
    ];
    for (key, value) in fields {
        if let Some(value) = value {
            metadata.text(key, &[value]);
        }
    }
    if let Some(id) = request_id {
        metadata.text("request_id", &[id]);
    }
    metadata
}

pub(super) fn verdict(metadata: &mut Metadata, verdict: Verdict<'_>) {
    metadata.text("decision", &words(verdict));
    if let Verdict::Refuse(code) = verdict {
        metadata.text("code", &[code.as_str()]);
    }
}

/// The verdict in its stable form, in parts.
pub(super) const fn words(verdict: Verdict<'_>) -> [&str; 3] {
    let (colon, what) = match verdict {
        Verdict::Allow => ("", ""),
        Verdict::Refuse(code) => (":", code.as_str()),
        Verdict::Forward { cluster } | Verdict::Redirect { cluster, .. } => (":", cluster),
    };
    [verdict.kind(), colon, what]
}

/// The service that answers, by its name in the policy.
pub(super) fn service<'a>(config: &'a Config, decision: &Decision<'a>) -> Option<&'a str> {
    match config.role() {
        Role::Gateway => decision.service,
        Role::Workload => config.trace().map(|trace| trace.service.as_str()),
    }
}

/// A request's id as spans hold it.
pub(super) fn request_id(id: Option<&[u8]>) -> Option<Cow<'_, str>> {
    id.map(|id| text::clip(id, text::MAX))
}

fn name(name: Once<'_>) -> Option<&str> {
    let name = std::str::from_utf8(name.get()?).ok()?.trim();
    let fits = !name.is_empty() && name.len() <= text::MAX && !name.chars().any(char::is_control);
    fits.then_some(name)
}
