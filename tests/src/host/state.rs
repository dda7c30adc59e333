//! What one VM's host calls work on.

use super::faults::Fault;
use super::headers::Headers;
use super::proxy::Proxy;
use super::request::Reply;
use super::upstream::Sent;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// A line that the module logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// 0 trace, 1 debug, 2 info, 3 warn, 4 error, 5 critical.
    pub level: u32,
    /// What it says.
    pub text: String,
}

/// Host state of one VM.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) proxy: Proxy,
    pub(super) plugin_config: Vec<u8>,
    pub(super) stream: Stream,
    pub(super) calls: BTreeMap<&'static str, u32>,
    pub(super) log: Vec<Line>,
    pub(super) faults: Vec<Fault>,
    /// Names of metrics by id.
    pub(super) metrics: Vec<String>,
    /// Everything that was ever logged.
    pub(super) history: Vec<Line>,
    /// The context whose callback runs.
    pub(super) active: u32,
    /// The root context of each context.
    pub(super) roots: BTreeMap<u32, u32>,
    /// Tick periods of root contexts.
    pub(super) ticks: BTreeMap<u32, Duration>,
    /// The last token of each root context.
    pub(super) tokens: BTreeMap<u32, u32>,
    /// Calls that nobody has looked at yet.
    pub(super) sent: Vec<Sent>,
    /// Headers of the answer to an HTTP call, while it is being told.
    pub(super) call_response: Option<Headers>,
}

impl State {
    /// The root context of the callback that runs.
    pub(super) fn root(&self) -> u32 {
        self.roots.get(&self.active).copied().unwrap_or(self.active)
    }
}

/// The request that callbacks run for.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub(super) headers: Headers,
    /// Bytes that the proxy holds.
    pub(super) buffer: Vec<u8>,
    /// Readable properties, nested by path segment.
    pub(super) properties: Value,
    /// Filter state that the module set.
    pub(super) published: BTreeMap<String, String>,
    pub(super) reply: Option<Reply>,
    pub(super) response_headers: Option<Headers>,
    /// The chunk of the response's body that is passing.
    pub(super) response_buffer: Vec<u8>,
    /// `response.code`, once there is an answer.
    pub(super) status: Option<u16>,
}
