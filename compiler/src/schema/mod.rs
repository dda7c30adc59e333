//! The policy language described for editors and for people, from the declarations that read it.

mod json;
mod markdown;

pub use json::json_schema;
pub use markdown::reference;
