//! How requests are traced, with what spans need laid ready.

use super::{ConfigError, names};
use crate::config::{Collector, Export, PluginConfig, Record, Trace};
use crate::trace::project;
use crate::trace::redact::Redaction;
use crate::trace::sampling::Share;
use std::collections::{BTreeMap, BTreeSet};

/// All traces, in hundredths of a percent.
const WHOLE: u32 = 10_000;
/// What gRPC takes by default, in bytes of one message.
const GRPC_LIMIT: u32 = 4 << 20;
/// Room for a span as long as the standard attributes allow.
const MIN_BATCH_BYTES: u32 = 32 << 10;
/// A worker's memory is Envoy's memory.
const MAX_BUFFER_BYTES: u32 = 256 << 20;
const MAX_MILLIS: u32 = 60_000;
/// More would make spans of headers.
const MAX_HEADERS: usize = 32;
/// Headers that prove who somebody is, and so can name nobody.
const CREDENTIALS: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "set-cookie"];

/// [`Trace`] made ready.
#[derive(Debug)]
pub(crate) struct Tracing {
    pub(crate) trace: Trace,
    /// Of traces that start here, where the tier says nothing else.
    share: Share,
    /// By tier, where it does.
    shares: BTreeMap<String, Share>,
    /// Of what the policy records.
    pub(crate) redaction: Redaction,
}

impl Tracing {
    /// The share of traces to export that start here, for a tenant of `tier`.
    pub(crate) fn share(&self, tier: Option<&str>) -> Share {
        tier.and_then(|tier| self.shares.get(tier)).copied().unwrap_or(self.share)
    }

    /// What spans hold only because the policy says so.
    pub(crate) fn record(&self) -> Option<&Record> {
        self.trace.export.as_ref().map(|export| &export.record)
    }

    /// The most bytes of a body to record, if bodies are.
    pub(crate) fn bodies(&self) -> Option<usize> {
        self.record().and_then(|record| record.bodies).map(|bytes| bytes as usize)
    }
}

pub(super) fn trace(config: &PluginConfig) -> Result<Option<Tracing>, ConfigError> {
    let mut shares = BTreeMap::new();
    for (name, tier) in &config.tiers {
        if let Some(sampling) = tier.sampling {
            shares.insert(name.clone(), share(&format!("tiers.{name}.sampling"), sampling)?);
        }
    }
    let Some(trace) = &config.trace else { return Ok(None) };
    names::value("trace.service", &trace.service)?;
    for (field, header) in [("session", &trace.session), ("user", &trace.user)] {
        if let Some(header) = header {
            let at = format!("trace.{field}");
            names::token(&at, header)?;
            if CREDENTIALS.contains(&header.as_str()) {
                return Err(ConfigError::new(at, format!("header `{header}` holds a credential, not a name")));
            }
        }
    }
    let whole = Share::of(WHOLE);
    let share = trace.export.as_ref().map(export).transpose()?.unwrap_or(whole);
    let redaction = Redaction::new(trace.export.iter().flat_map(|export| &export.record.redact));
    Ok(Some(Tracing { trace: trace.clone(), share, shares, redaction }))
}

fn export(export: &Export) -> Result<Share, ConfigError> {
    collector(&export.to)?;
    template("trace.export.project", &export.project)?;
    template("trace.export.unassigned", &export.unassigned)?;
    if export.unassigned.contains(['{', '}']) {
        return Err(ConfigError::new(
            "trace.export.unassigned",
            "without a tenant there is nothing to put in for `{…}`",
        ));
    }
    record(&export.record, export.batch.bytes)?;
    let batch = &export.batch;
    within("trace.export.batch.spans", batch.spans, 1, u32::MAX)?;
    within("trace.export.batch.bytes", batch.bytes, MIN_BATCH_BYTES, GRPC_LIMIT - 1)?;
    within("trace.export.batch.everyMs", batch.every_ms, 1, MAX_MILLIS)?;
    within("trace.export.buffer.spans", export.buffer.spans, batch.spans, u32::MAX)?;
    within("trace.export.buffer.bytes", export.buffer.bytes, batch.bytes, MAX_BUFFER_BYTES)?;
    share("trace.export.sampling", export.sampling)
}

fn collector(to: &Collector) -> Result<(), ConfigError> {
    names::value("trace.export.to.cluster", &to.cluster)?;
    names::value("trace.export.to.authority", &to.authority)?;
    if let Some(name) = &to.api_key_env {
        let plain = |b: u8| b == b'_' || b.is_ascii_alphanumeric();
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || !name.bytes().all(plain) {
            let message = format!("`{}` is not the name of an environment variable", name.escape_debug());
            return Err(ConfigError::new("trace.export.to.apiKeyEnv", message));
        }
    }
    within("trace.export.to.timeoutMs", to.timeout_ms, 1, MAX_MILLIS)
}

/// Phoenix answers every listing with an error once there is a project without a name.
fn template(at: &str, template: &str) -> Result<(), ConfigError> {
    if template.trim().is_empty() || template.chars().any(char::is_control) {
        return Err(ConfigError::new(at, "a project's name is printable, and not empty"));
    }
    match project::stray(template) {
        Some(stray) => {
            let message = format!("`{}` is neither `{{org}}` nor `{{tenant}}`", stray.escape_debug());
            Err(ConfigError::new(at, message))
        }
        None => Ok(()),
    }
}

fn record(record: &Record, batch_bytes: u32) -> Result<(), ConfigError> {
    let headers = [("requestHeaders", &record.request_headers), ("responseHeaders", &record.response_headers)];
    for (field, headers) in headers {
        let mut seen = BTreeSet::new();
        if headers.len() > MAX_HEADERS {
            return Err(ConfigError::new(
                format!("trace.export.record.{field}"),
                format!("list at most {MAX_HEADERS}"),
            ));
        }
        for (index, header) in headers.iter().enumerate() {
            let at = format!("trace.export.record.{field}[{index}]");
            names::token(&at, header)?;
            if header.contains('.') {
                let message = format!("header `{header}` has a dot, where Phoenix takes attributes apart");
                return Err(ConfigError::new(at, message));
            }
            if !seen.insert(header) {
                return Err(ConfigError::new(at, format!("`{header}` is listed twice")));
            }
        }
    }
    for (index, name) in record.redact.iter().enumerate() {
        if name.is_empty() || name.chars().any(char::is_uppercase) {
            let message = format!("`{}` is not a name in lower case", name.escape_debug());
            return Err(ConfigError::new(format!("trace.export.record.redact[{index}]"), message));
        }
    }
    // Input, output and everything else of a span fit into one batch.
    record.bodies.map_or(Ok(()), |bodies| within("trace.export.record.bodies", bodies, 1, batch_bytes / 4))
}

fn share(at: &str, sampling: u32) -> Result<Share, ConfigError> {
    within(at, sampling, 0, WHOLE)?;
    Ok(Share::of(sampling))
}

fn within(at: &str, value: u32, least: u32, most: u32) -> Result<(), ConfigError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    let range = if most == u32::MAX { format!("at least {least}") } else { format!("{least} to {most}") };
    Err(ConfigError::new(at, format!("{value} is not {range}")))
}
