//! The policy language, and what spans say, described for editors and for people, from the declarations themselves.

mod attributes;
mod json;
mod markdown;

pub use attributes::attributes;
pub use json::json_schema;
pub use markdown::reference;
