//! From the text of a policy to its meaning: syntax, resolve and schema.

mod csv;
mod errors;
mod policies;
mod schema;
mod support;
