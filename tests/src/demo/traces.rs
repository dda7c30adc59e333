//! What Phoenix holds at the end of the demo.

use crate::phoenix::{Api, Phoenix};
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;
use std::io;
use std::time::{Duration, Instant};

const HEAD: Style = Style::new().bold();
const LINK: Style = AnsiColor::Cyan.on_default();

/// A batch waits for a second at most, so when nothing has come for longer, all is there.
const QUIET: Duration = Duration::from_millis(2_500);
/// When to stop waiting whatever comes.
const LIMIT: Duration = Duration::from_secs(30);

/// A project with something in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its name.
    pub project: String,
    /// How many spans it holds.
    pub spans: usize,
    /// How many sessions it lists.
    pub sessions: usize,
    /// Its page.
    pub link: String,
}

/// The projects that hold spans, once no more come.
///
/// # Errors
/// When Phoenix does not answer as it should.
pub fn settled(phoenix: &Phoenix) -> io::Result<Vec<Held>> {
    let (started, api) = (Instant::now(), phoenix.api());
    let (mut held, mut since) = (held(phoenix, api)?, Instant::now());
    while since.elapsed() < QUIET && started.elapsed() < LIMIT {
        std::thread::sleep(Duration::from_millis(250));
        let now = self::held(phoenix, api)?;
        if now != held {
            (held, since) = (now, Instant::now());
        }
    }
    Ok(held)
}

fn held(phoenix: &Phoenix, api: Api) -> io::Result<Vec<Held>> {
    let mut all = Vec::new();
    for project in api.projects()? {
        let spans = api.count(&project.name)?;
        if spans > 0 {
            let sessions = api.sessions(&project.name)?.len();
            let link = format!("http://{}/projects/{}", phoenix.http(), project.id);
            all.push(Held { project: project.name, spans, sessions, link });
        }
    }
    Ok(all)
}

/// An aligned table of the projects.
#[must_use]
pub fn report(held: &[Held]) -> String {
    let width = held.iter().map(|row| row.project.chars().count()).max().unwrap_or_default().max(7);
    let mut out = format!("{HEAD}    {:<width$}  spans  sessions  page{HEAD:#}\n", "project");
    for Held { project, spans, sessions, link } in held {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "    {project:<width$}  {spans:>5}  {sessions:>8}  {LINK}{link}{LINK:#}");
    }
    let total: usize = held.iter().map(|row| row.spans).sum();
    let _ = write!(out, "\n{total} spans in {} projects", held.len());
    out
}
