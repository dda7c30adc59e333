//! One pass over a request's headers: finds what spans are made of.

use super::context::TraceContext;
use super::tracestate;
use crate::config::Trace;
use crate::request::Request;

/// A header that only counts if it came once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Once<'a> {
    value: Option<&'a [u8]>,
    repeated: bool,
}

impl<'a> Once<'a> {
    fn add(&mut self, value: &'a [u8]) {
        self.repeated = self.value.replace(value).is_some();
    }

    pub(super) const fn get(self) -> Option<&'a [u8]> {
        if self.repeated { None } else { self.value }
    }
}

/// The headers that spans are made of; of those that came more than once, the last.
#[derive(Debug, Default)]
pub(super) struct Seen<'a> {
    pub(super) method: &'a [u8],
    pub(super) target: &'a [u8],
    pub(super) scheme: &'a [u8],
    pub(super) authority: &'a [u8],
    pub(super) forwarded_proto: &'a [u8],
    pub(super) forwarded_for: &'a [u8],
    pub(super) user_agent: &'a [u8],
    pub(super) content_type: &'a [u8],
    pub(super) content_encoding: &'a [u8],
    pub(super) content_length: Once<'a>,
    pub(super) request_id: Once<'a>,
    pub(super) session: Once<'a>,
    pub(super) user: Once<'a>,
    pub(super) traceparent: Once<'a>,
    pub(super) has_tracestate: bool,
}

impl<'a> Seen<'a> {
    pub(super) fn of(request: &Request<'a>, trace: &Trace) -> Self {
        let mut seen = Self::default();
        let named =
            |header: &Option<String>, name: &[u8]| header.as_ref().is_some_and(|header| header.as_bytes() == name);
        for &(name, value) in request.headers {
            // What one of these names says, the policy may call a session or a user as well.
            if named(&trace.session, name) {
                seen.session.add(value);
            }
            if named(&trace.user, name) {
                seen.user.add(value);
            }
            match name {
                b":method" => seen.method = value,
                b":path" => seen.target = value,
                b":scheme" => seen.scheme = value,
                b":authority" => seen.authority = value,
                b"x-forwarded-proto" => seen.forwarded_proto = value,
                b"x-forwarded-for" => seen.forwarded_for = value,
                b"user-agent" => seen.user_agent = value,
                b"content-type" => seen.content_type = value,
                b"content-encoding" => seen.content_encoding = value,
                b"content-length" => seen.content_length.add(value),
                b"x-request-id" => seen.request_id.add(value),
                _ if name.eq_ignore_ascii_case(TraceContext::HEADER.as_bytes()) => seen.traceparent.add(value),
                _ if name.eq_ignore_ascii_case(tracestate::HEADER.as_bytes()) => seen.has_tracestate = true,
                _ => {}
            }
        }
        seen
    }
}
