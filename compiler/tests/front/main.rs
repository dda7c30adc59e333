//! From the text of a policy to its meaning: syntax, resolve and schema.

mod csv;
mod errors;
mod files;
mod hostile;
mod policies;
mod properties;
mod schema;
mod support;
