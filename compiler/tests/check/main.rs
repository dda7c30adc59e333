//! `tenantry check` from the outside: policies in, rendered diagnostics out.

mod command;
mod formats;
mod fragment;
mod harness;
mod registry;
mod rules;
mod suppress;
