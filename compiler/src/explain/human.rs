//! Explanations for a person to read.

use super::{Asked, Explanation, Hop, Journey, Leg, Party, Why};
use crate::render::verdict;
use anstyle::Style;
use std::fmt::Write as _;

const FAINT: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// Several lines with colour; the caller takes the colour out where it is not wanted.
#[must_use]
pub fn human(asked: &Asked, explanation: &Explanation) -> String {
    let mut out = String::new();
    let verdict = coloured(&explanation.verdict, explanation.status, explanation.code.as_deref());
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{verdict}  {asked}\n");
    facts(
        &mut out,
        [
            ("path", normalised(asked)),
            ("tenant", explanation.tenant.clone()),
            ("cluster", explanation.cluster.clone()),
            ("route", explanation.route.clone()),
            ("service", explanation.service.clone()),
            ("release", explanation.release.clone()),
        ],
    );
    headers(&mut out, explanation);
    let _ = writeln!(out, "\n{STRONG}why{STRONG:#}");
    reasons(&mut out, &explanation.why);
    out.truncate(out.trim_end().len());
    out
}

/// The whole way of a request, party by party, in the same form.
#[must_use]
pub fn whole_way(asked: &Asked, journey: &Journey) -> String {
    let mut out = String::new();
    let verdict = coloured(&journey.verdict, journey.status, journey.code.as_deref());
    let _ = writeln!(out, "{verdict}  {asked}\n");
    let answers = match journey.answered_by {
        Party::FrontDoor => "the front door".to_owned(),
        Party::Gateway => format!("the gateway of {}", journey.cluster.as_deref().unwrap_or_default()),
        Party::Service => format!("a service in {}", journey.cluster.as_deref().unwrap_or_default()),
    };
    facts(
        &mut out,
        [
            ("answers", Some(answers)),
            ("tenant", journey.tenant.clone()),
            ("service", journey.service.clone()),
            ("release", journey.release.clone()),
        ],
    );
    door(&mut out, &journey.door);
    let mut at = Some(asked.clone());
    for hop in &journey.hops {
        let came = at.take();
        gateway(&mut out, came.as_ref(), hop);
    }
    out.truncate(out.trim_end().len());
    out
}

fn door(out: &mut String, leg: &Leg) {
    let verdict = coloured(&leg.verdict, leg.status, leg.code.as_deref());
    let to = leg.cluster.as_deref().map(|cluster| format!(" to {cluster}")).unwrap_or_default();
    let _ = writeln!(out, "\n{STRONG}front door {}{STRONG:#}: {verdict}{to}", leg.via);
    // Of a request that goes no further, nobody asks what it would have lost.
    if leg.cluster.is_some() {
        names(out, "remove", leg.remove.iter());
    }
    reasons(out, &leg.why);
}

fn gateway(out: &mut String, asked: Option<&Asked>, hop: &Hop) {
    let Hop { gateway, explanation } = hop;
    let verdict = coloured(&explanation.verdict, explanation.status, explanation.code.as_deref());
    let to = match (explanation.verdict.as_str(), &explanation.cluster, &explanation.service) {
        ("forward", Some(cluster), _) => format!(" to {cluster}"),
        ("allow", _, Some(service)) => format!(" to {service}"),
        _ => String::new(),
    };
    let _ = writeln!(out, "\n{STRONG}gateway of {gateway}{STRONG:#}: {verdict}{to}");
    facts(out, [("path", asked.and_then(normalised)), ("route", explanation.route.clone())]);
    headers(out, explanation);
    reasons(out, &explanation.why);
}

/// A verdict with its status and code, where there are any.
fn coloured(verdict: &str, status: Option<u16>, code: Option<&str>) -> String {
    let style = verdict::style(verdict);
    let status = status.map(|status| format!(" {status}")).unwrap_or_default();
    let code = code.map(|code| format!(" {code}")).unwrap_or_default();
    format!("{style}{verdict}{status}{code}{style:#}")
}

/// The path that Envoy has in the end, where that is another one.
fn normalised(asked: &Asked) -> Option<String> {
    let path = asked.path().filter(|path| *path != asked.target)?;
    Some(format!("{path} (after Envoy's normalisation)"))
}

fn facts<const N: usize>(out: &mut String, facts: [(&str, Option<String>); N]) {
    for (name, value) in facts.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let _ = writeln!(out, "  {name:<8} {value}");
    }
}

fn headers(out: &mut String, explanation: &Explanation) {
    names(out, "set", explanation.set.iter().map(|(name, value)| format!("{name}: {value}")));
    names(out, "remove", explanation.remove.iter());
}

/// One line each, the first of them labelled.
fn names(out: &mut String, label: &str, lines: impl Iterator<Item = impl AsRef<str>>) {
    for (index, line) in lines.enumerate() {
        let label = if index == 0 { label } else { "" };
        let _ = writeln!(out, "  {label:<8} {}", line.as_ref());
    }
}

fn reasons(out: &mut String, why: &[Why]) {
    for (number, why) in why.iter().enumerate() {
        let _ = writeln!(out, "  {}. {}", number + 1, why.text);
        if let Some(line) = &why.policy {
            let _ = writeln!(out, "     {FAINT}{}:{}{FAINT:#}  {}", line.file, line.line, line.text);
        }
    }
}
