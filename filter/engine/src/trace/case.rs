//! A request that is to be traced.

use super::seen::Seen;
use crate::config::Export;
use crate::decision::Decision;
use crate::load::{Config, Tracing};
use crate::request::Request;
use std::sync::Arc;

/// A request, what was decided on it, and what the policy says of tracing it.
pub(super) struct Case<'c, 'a> {
    pub(super) config: &'c Config,
    pub(super) tracing: &'c Arc<Tracing>,
    pub(super) export: &'c Export,
    pub(super) request: &'c Request<'a>,
    pub(super) decision: &'c Decision<'a>,
    pub(super) seen: Seen<'a>,
}

impl<'c, 'a> Case<'c, 'a> {
    /// None where the filter does not trace.
    pub(super) fn of(config: &'c Config, request: &'c Request<'a>, decision: &'c Decision<'a>) -> Option<Self> {
        let tracing = config.tracing.as_ref()?;
        let export = tracing.trace.export.as_ref()?;
        let seen = Seen::of(request, &tracing.trace);
        Some(Self { config, tracing, export, request, decision, seen })
    }
}
