//! What a local run tells its user.

use super::session::{Decision, Session};
use crate::policy::Policy;
use crate::render::verdict;
use anstyle::Style;
use std::fmt::Write as _;

const FAINT: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// Addresses, and lines to paste into a shell.
#[must_use]
pub fn welcome(policy: &Policy, session: &Session) -> String {
    let mut out = format!("{STRONG}{} is running; the gateways speak plain HTTP{STRONG:#}\n\n", *policy.name);
    for gateway in session.gateways() {
        let admin = gateway.proxy.admin().address();
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "  gateway {}  http://{}  {FAINT}admin http://{admin}{FAINT:#}",
            gateway.cluster, gateway.address
        );
    }
    let services: Vec<String> = session.services().iter().map(|service| service.identity().to_string()).collect();
    let _ = writeln!(out, "\n  {} services answer with what reaches them:", services.len());
    let _ = writeln!(out, "  {FAINT}{}{FAINT:#}\n", services.join(", "));
    out.push_str("Try:\n");
    for line in samples(policy, session) {
        let _ = writeln!(out, "  {line}");
    }
    let _ = write!(out, "\nEach request's decision follows. Ctrl-C ends the run.");
    out
}

/// `curl` lines: an allowed request, the same with a token, one for another cluster, one that is refused.
fn samples(policy: &Policy, session: &Session) -> Vec<String> {
    let host = policy.ingress.hosts.first().map_or("localhost", |host| host.value.as_str());
    let host = host.replace('*', "www");
    let exempt = |path: &str| policy.tenancy.exempt.iter().any(|exempt| exempt.value == path);
    let mut open = policy.routes.iter().filter(|route| route.tenants.is_none() && !exempt(&route.path));
    let open = open.next().or_else(|| policy.routes.first());
    let path = open.map_or("/", |route| route.path.value.as_str());
    let mut lines = Vec::new();
    let Some(gateway) = session.gateways().first() else { return lines };
    let required = policy.tenancy.token.as_ref().is_some_and(|token| *token.required);
    let mut curl = |tenant: Option<&str>, token: bool| {
        let token = tenant.zip(session.issuer()).filter(|_| token);
        let token = token.map(|(id, issuer)| format!(" -H 'Authorization: Bearer {}'", issuer.token(id)));
        let tenant = tenant.map(|id| format!(" -H '{}: {id}'", *policy.tenancy.header)).unwrap_or_default();
        let (address, token) = (gateway.address, token.unwrap_or_default());
        lines.push(format!("curl -s http://{address}{path} -H 'Host: {host}'{tenant}{token}"));
    };
    let active = || policy.tenants.iter().filter(|tenant| !tenant.suspended);
    if let Some(home) = active().find(|tenant| tenant.cluster == gateway.cluster) {
        curl(Some(&home.id), required);
        if !required && session.issuer().is_some() {
            curl(Some(&home.id), true);
        }
    }
    if let Some(away) = active().find(|tenant| tenant.cluster != gateway.cluster) {
        curl(Some(&away.id), required);
    }
    curl(None, false);
    lines
}

/// One line for one request.
#[must_use]
pub fn decision(decision: &Decision) -> String {
    let entry = &decision.entry;
    let verdict = entry.decision.as_deref().unwrap_or("-");
    let style = verdict::style(verdict);
    let status = entry.status.unwrap_or_default();
    let method = entry.method.as_deref().unwrap_or("-");
    let path = entry.path.as_deref().unwrap_or("-");
    let mut line = format!("{}  {method} {path} → {style}{verdict}{style:#} {status}", entry.cluster);
    for part in [entry.tenant.clone(), decision.upstream.as_ref().map(ToString::to_string)].into_iter().flatten() {
        let _ = write!(line, "  {part}");
    }
    // Without a word of the filter, Envoy's own account is all there is to tell.
    let why = entry.why.as_deref().or(entry.details.as_deref()).unwrap_or_default();
    let _ = write!(line, "  {FAINT}{why}{FAINT:#}");
    line
}
