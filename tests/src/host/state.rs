//! What one VM's host calls work on.

use super::faults::Fault;
use super::headers::Headers;
use super::proxy::Proxy;
use super::request::Reply;
use serde_json::Value;
use std::collections::BTreeMap;

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
}
