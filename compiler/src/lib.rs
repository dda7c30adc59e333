//! The policy compiler: one policy file in; a mesh that enforces it out.
//!
//! Data goes one way, and the modules stand in its order:
//! [`source`] and `syntax` (text to a spanned tree) → `resolve` (tree to [`policy::Policy`]) → `check` (rules,
//! [`diagnostic`]s) → `plan` (per cluster, in mesh terms) → `emit` (one file per target) → `write`.

pub mod check;
pub mod diagnostic;
pub mod emit;
pub mod envoy;
pub mod explain;
pub mod module;
pub mod plan;
pub mod policy;
pub mod render;
pub mod resolve;
pub mod schema;
pub mod source;
pub mod syntax;
pub mod try_;
pub mod write;
