//! Names, headers, hosts, paths and limits that must be well-formed on their own or resolve to each other.

use super::ConfigError;
use crate::config::{Elsewhere, PluginConfig, Role};
use crate::header::is_reserved;
use crate::path;
use std::collections::BTreeSet;

/// A billion requests a second: small enough that no double on the way rounds it.
const MAX_MILLIRATE: u64 = 1_000_000_000_000;

pub(super) fn check(config: &PluginConfig) -> Result<(), ConfigError> {
    header("header", &config.header)?;
    if config.header.contains('_') {
        return Err(ConfigError::new("header", "many servers drop header names with `_`; use `-`"));
    }
    known("cluster", "cluster", &config.cluster, config.clusters.contains_key(&config.cluster))?;
    for (name, cluster) in &config.clusters {
        let at = format!("clusters.{name}");
        value(&at, name)?;
        endpoint(&format!("{at}.endpoint"), &cluster.endpoint)?;
    }
    for (name, tier) in &config.tiers {
        let at = format!("tiers.{name}");
        value(&at, name)?;
        match (tier.millirate, tier.burst) {
            (None, None) | (Some(1..=MAX_MILLIRATE), Some(1..)) => {}
            (Some(_), Some(_)) => {
                return Err(ConfigError::new(at, "rate and burst are at least 1, and no rate is over 1e12"));
            }
            _ => return Err(ConfigError::new(at, "`millirate` and `burst` go together")),
        }
    }
    role(config)?;
    unique("hosts", &config.hosts)?;
    for (index, host) in config.hosts.iter().enumerate() {
        self::host(&format!("hosts[{index}]"), host)?;
    }
    unique("exempt", &config.exempt)?;
    for (index, exempt) in config.exempt.iter().enumerate() {
        normal(&format!("exempt[{index}]"), exempt)?;
    }
    if let Some(token) = &config.token
        && (token.claim.is_empty() || token.claim.iter().any(String::is_empty))
    {
        return Err(ConfigError::new("token.claim", "the path of the claim has an empty key or none at all"));
    }
    Ok(())
}

fn role(config: &PluginConfig) -> Result<(), ConfigError> {
    match (config.role, &config.workload) {
        (Role::Gateway, None) if config.hosts.is_empty() => {
            Err(ConfigError::new("hosts", "a gateway serves at least one host; `*` serves all"))
        }
        (Role::Gateway, Some(_)) => Err(ConfigError::new("workload", "only role `workload` takes this section")),
        (Role::Workload, None) => Err(ConfigError::new("workload", "role `workload` needs this section")),
        (Role::Workload, Some(workload)) if workload.gateways.is_empty() && workload.callers.is_empty() => {
            Err(ConfigError::new("workload", "neither a gateway nor a caller may reach this workload"))
        }
        (Role::Workload, Some(workload)) => {
            let ids = |field, ids: &[String]| match ids.iter().position(|id| !id.starts_with("spiffe://")) {
                Some(index) => {
                    Err(ConfigError::new(format!("workload.{field}[{index}]"), "a SPIFFE id starts with `spiffe://`"))
                }
                None => Ok(()),
            };
            ids("gateways", &workload.gateways)?;
            ids("callers", &workload.callers)
        }
        (Role::Gateway, None) => {
            let several = config.clusters.len() > 1;
            if several && config.elsewhere == Elsewhere::Forward && !config.stamps.cluster {
                let message = "`elsewhere: forward` with several clusters needs this stamp";
                return Err(ConfigError::new("stamps.cluster", message));
            }
            Ok(())
        }
    }
}

/// A header that the policy may give a meaning to: a lower-case token that nobody else uses.
pub(super) fn header(at: &str, name: &str) -> Result<(), ConfigError> {
    token(at, name)?;
    if is_reserved(name) {
        return Err(ConfigError::new(at, format!("header `{name}` already has a meaning of its own")));
    }
    Ok(())
}

/// The name of a header in lower case.
pub(super) fn token(at: &str, name: &str) -> Result<(), ConfigError> {
    let token = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9') || b"!#$%&'*+-.^_`|~".contains(&b);
    if !name.is_empty() && name.bytes().all(token) {
        return Ok(());
    }
    Err(ConfigError::new(at, format!("`{}` is not a header name in lower case", name.escape_debug())))
}

/// A name that may end up as a header value.
pub(super) fn value(at: &str, name: &str) -> Result<(), ConfigError> {
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(ConfigError::new(at, "a name is printable ASCII without spaces, and not empty"));
    }
    Ok(())
}

/// A path in normal form, as requests are compared with it.
pub(super) fn normal(at: &str, path: &str) -> Result<(), ConfigError> {
    if path::is_normal(path.as_bytes()) {
        return Ok(());
    }
    let message = format!("path `{}` is not in normal form", path.escape_debug());
    Err(ConfigError::new(at, message))
}

pub(super) fn known(at: &str, kind: &str, name: &str, known: bool) -> Result<(), ConfigError> {
    if known { Ok(()) } else { Err(ConfigError::new(at, format!("there is no {kind} `{}`", name.escape_debug()))) }
}

fn unique(at: &str, items: &[String]) -> Result<(), ConfigError> {
    let mut seen = BTreeSet::new();
    match items.iter().enumerate().find(|(_, item)| !seen.insert(*item)) {
        Some((index, item)) => {
            Err(ConfigError::new(format!("{at}[{index}]"), format!("`{}` is listed twice", item.escape_debug())))
        }
        None => Ok(()),
    }
}

fn host(at: &str, host: &str) -> Result<(), ConfigError> {
    let name = host.strip_prefix("*.").unwrap_or(host);
    let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'[' | b']' | b':');
    let well_formed =
        host == "*" || (!name.is_empty() && name.bytes().all(plain) && bare(name.as_bytes()) == name.as_bytes());
    if well_formed {
        return Ok(());
    }
    let message = format!("`{}` is not a host in lower case without port", host.escape_debug());
    Err(ConfigError::new(at, message))
}

fn endpoint(at: &str, endpoint: &str) -> Result<(), ConfigError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':' | b'[' | b']' | b'_');
    if !endpoint.is_empty() && endpoint.bytes().all(plain) {
        return Ok(());
    }
    Err(ConfigError::new(at, format!("`{}` is not a host with an optional port", endpoint.escape_debug())))
}

/// An authority without its port. IPv6 addresses stand in brackets, so that the last colon tells.
pub(crate) fn bare(authority: &[u8]) -> &[u8] {
    let Some(colon) = authority.iter().rposition(|&b| b == b':') else { return authority };
    let (host, port) = authority.split_at(colon);
    let digits = port.get(1..).unwrap_or_default();
    if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) { host } else { authority }
}
