//! The filter module as bytes: carrying a tenant table inside it, and packing it as an OCI image.
//!
//! The module itself is built by `cargo xtask wasm`; nothing here compiles Rust.

mod embed;
pub mod oci;

pub use embed::{EmbedError, LEN_EXPORT, READ_EXPORT, embed, verify};
