//! The span of a request, from its headers to its end. Whatever fails here, the request does not notice.

use crate::export::Exporter;
use crate::host::{self, Body, Map};
use crate::root::Running;
use crate::{entropy, pairs};
use std::rc::Rc;
use tenantry_engine::code::Code;
use tenantry_engine::decision::Decision;
use tenantry_engine::request::Request;
use tenantry_engine::trace::context::TraceContext;
use tenantry_engine::trace::tracestate::{self, Tracestate};
use tenantry_engine::trace::{self, OpenSpan};

/// Name of the header that an answer's status travels in.
const STATUS: &str = ":status";
/// Property path of the status that Envoy sent, or would have sent. To ask for it costs ten times a header.
const CODE: &[u8] = b"response\0code";

/// A request that a span is made of.
pub struct Traced {
    exporter: Rc<Exporter>,
    root: u32,
    span: OpenSpan,
    status: Option<u16>,
}

impl Traced {
    /// Begins to trace a request that was decided on, and hands its trace on if the request goes on.
    pub fn begin(running: &Running, request: &Request<'_>, decision: &Decision<'_>, now: Option<u64>) -> Option<Self> {
        let exporter = running.exporter.as_ref()?;
        let entropy = entropy::take().unwrap_or_default();
        let begun = trace::begin(&running.config, request, decision, now?, &entropy)?;
        if decision.verdict.status().is_none() {
            host::replace_header(TraceContext::HEADER, &begun.traceparent);
            match begun.tracestate {
                Tracestate::Keep => {}
                Tracestate::Remove => drop(host::remove_header(tracestate::HEADER)),
                Tracestate::Set(value) => drop(host::replace_header(tracestate::HEADER, value.as_bytes())),
            }
        }
        Some(Self { exporter: Rc::clone(exporter), root: running.root, span: begun.span?, status: None })
    }

    /// A piece of the request's body that has been read anyway.
    pub fn request_read(&mut self, chunk: &[u8]) {
        if self.span.wants().request_body {
            self.span.request_body(chunk);
        }
    }

    /// `len` bytes of the request's body pass.
    pub fn request_passes(&mut self, len: usize) {
        if self.span.wants().request_body
            && let Some(chunk) = host::body(Body::Request, 0, len)
        {
            self.span.request_body(&chunk);
        }
    }

    /// The request's body does not agree with its tenant.
    pub fn refused(&mut self, code: Code) {
        self.span.refused(code);
    }

    /// The answer's headers pass.
    pub fn response_headers(&mut self) {
        if !self.span.wants().response_headers {
            self.status = host::header(Map::Response, STATUS).as_deref().and_then(parse_status);
            return;
        }
        let block = host::headers(Map::Response);
        if let Some(headers) = block.as_deref().and_then(pairs::parse) {
            let status = headers.iter().find(|(name, _)| *name == STATUS.as_bytes());
            self.status = status.and_then(|(_, value)| parse_status(value));
            self.span.response_headers(&headers);
        }
    }

    /// `len` bytes of the answer's body pass.
    pub fn response_passes(&mut self, len: usize) {
        if self.span.wants().response_body
            && let Some(chunk) = host::body(Body::Response, 0, len)
        {
            self.span.response_body(&chunk);
        }
    }

    /// The request is over, one way or another.
    pub fn end(self) {
        let Some(now) = host::now() else { return };
        let status = self.status.or_else(code);
        if let Some(span) = self.span.end(status, now) {
            self.exporter.push(span, self.root, now);
        }
    }
}

fn parse_status(value: &[u8]) -> Option<u16> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// The status of a request whose answer did not pass here. Envoy knows it until the request's context is gone.
fn code() -> Option<u16> {
    let code = host::property(CODE)?;
    let code = i64::from_le_bytes(*code.first_chunk()?);
    u16::try_from(code).ok().filter(|&code| code != 0)
}
