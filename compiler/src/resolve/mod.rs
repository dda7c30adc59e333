//! Tree to [`Policy`]: names looked up, defaults applied, every error of a file collected in one run.
//!
//! Each section is declared once, in its own file, with [`form::record!`]: the fields, their forms, defaults and
//! documentation. The reader, the JSON Schema and the reference all come from that declaration.

mod alb;
mod clusters;
mod csv;
mod document;
mod files;
mod filter;
mod form;
mod formats;
mod ingress;
mod mesh;
mod names;
mod reader;
mod releases;
mod resilience;
mod routes;
mod rules;
pub(crate) mod scalar;
mod services;
pub mod shape;
mod suggest;
mod tenancy;
mod tenants;
mod tracing;

pub use rules::RULES;

use crate::diagnostic::{Diagnostic, Severity, sort};
use crate::policy::Policy;
use crate::source::{SourceMap, Span};
use crate::syntax::{self, Comment, POLICY_LIMIT};
use document::MeshPolicy;
use form::Form as _;
use reader::Reader;
use std::path::Path;
use tenants::TenantFile;

/// What came of a policy file.
#[derive(Debug)]
pub struct Loaded {
    /// The policy file first, then its tenant files.
    pub sources: SourceMap,
    /// The policy; none when there was any error.
    pub policy: Option<Policy>,
    /// Everything that is wrong, in printing order.
    pub diagnostics: Vec<Diagnostic>,
    /// The comments of the policy file, in order. Suppressions are among them.
    pub comments: Vec<Comment>,
}

/// The language as data: the whole policy's record.
#[must_use]
pub const fn language() -> &'static shape::Record {
    &MeshPolicy::RECORD
}

/// Reads a policy file and the tenant files that it names.
#[must_use]
pub fn load(path: &Path) -> Loaded {
    let mut sources = SourceMap::default();
    let file = match syntax::read(path, POLICY_LIMIT, &mut sources) {
        Ok(file) => file,
        Err(diagnostic) => {
            return Loaded { sources, policy: None, diagnostics: vec![diagnostic], comments: Vec::new() };
        }
    };
    let (tree, mut diagnostics) = syntax::parse(&sources, file);
    let mut policy = None;
    if let Some(root) = &tree.root {
        let mut reader = Reader::default();
        let form = MeshPolicy::read(root, &mut reader);
        let named = form.as_ref().and_then(|form| form.tenants_from.as_ref());
        let files = files::read(path, named, &mut sources, &mut reader);
        let files: Vec<TenantFile<'_>> =
            files.into_iter().map(|file| TenantFile { file, text: &sources.file(file).text }).collect();
        let document = Span { file, start: root.span.start, end: root.span.start };
        policy = form.and_then(|form| form.lower(document, &files, &mut reader));
        let mut found = reader.into_diagnostics();
        if tree.partial {
            found.retain(|diagnostic| diagnostic.rule.code != rules::MISSING_FIELD.code);
        }
        diagnostics.append(&mut found);
    }
    sort(&mut diagnostics);
    // A policy beside errors would be another one than was written.
    let refused = diagnostics.iter().any(|diagnostic| diagnostic.rule.severity == Severity::Error);
    Loaded { sources, policy: policy.filter(|_| !refused), diagnostics, comments: tree.comments }
}
