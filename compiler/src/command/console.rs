//! Standard output and standard error, with the user's choice of colour.

use annotate_snippets::{Group, Level, Renderer};
use anstream::{AutoStream, ColorChoice};
use std::fmt::Display;
use std::io::{self, Write};
use tenantry::diagnostic::Diagnostic;
use tenantry::render::{self, Style};
use tenantry::source::SourceMap;

/// Where a subcommand writes: results to standard output, everything else to standard error.
#[derive(Debug)]
pub struct Console {
    color: ColorChoice,
}

impl Console {
    /// A console that colours as `--color` says.
    pub const fn new(color: clap::ColorChoice) -> Self {
        Self {
            color: match color {
                clap::ColorChoice::Auto => ColorChoice::Auto,
                clap::ColorChoice::Always => ColorChoice::Always,
                clap::ColorChoice::Never => ColorChoice::Never,
            },
        }
    }

    /// Prints a result and a line end. A reader that has gone away, as in `| head`, is no error.
    pub fn out(&self, text: impl Display) {
        let _ = writeln!(AutoStream::new(io::stdout(), self.color), "{text}");
    }

    /// Prints a line about the run itself, such as a summary.
    pub fn err(&self, text: impl Display) {
        let _ = writeln!(AutoStream::new(io::stderr(), self.color), "{text}");
    }

    /// Prints `error: MESSAGE`, for what has no place in a source file. Lower case, no final period.
    pub fn error(&self, message: impl Display) {
        let group = Group::with_title(Level::ERROR.primary_title(message.to_string()));
        self.err(Renderer::styled().render(&[group]));
    }

    /// Prints diagnostics for a person, each with its excerpt.
    pub fn diagnostics(&self, sources: &SourceMap, diagnostics: &[Diagnostic]) {
        if !diagnostics.is_empty() {
            self.err(format_args!("{}\n", render::human(sources, diagnostics, Style::Colored)));
        }
    }
}
