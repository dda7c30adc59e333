//! Where things are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace folder.
pub fn root() -> PathBuf {
    // Cargo says at run time where this copy is; a build directory may have moved since compiling.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Where `setup` keeps what it fetched.
pub fn tools() -> PathBuf {
    root().join("target/tools")
}

/// Where the built module goes.
pub fn wasm_out() -> PathBuf {
    root().join("wasm-out")
}

/// The cargo that runs this task, in the workspace folder.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(root());
    command
}
