//! `cargo xtask wasm`: the filter as a module that any Envoy loads.

mod copies;
mod strip;

use crate::error::{Error, Result};
use crate::setup::wasm_target::{TARGET, Toolchain};
use crate::{process, setup, workspace};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The module's file name, in the target folder and in `wasm-out`.
const MODULE: &str = "tenantry_filter.wasm";

/// Builds the module, getting the toolchain first where it is missing.
pub fn run() -> Result<ExitCode> {
    setup::ensure(&[&setup::WASM_TARGET])?;
    build()?;
    Ok(ExitCode::SUCCESS)
}

/// Builds `wasm-out/tenantry_filter.wasm` and its `.sha256`; cargo skips what has not changed.
pub fn build() -> Result<()> {
    let module = strip::strip(&compile()?)?;
    let digest = hex(&Sha256::digest(&module));
    let out = workspace::wasm_out();
    std::fs::create_dir_all(&out).map_err(|error| Error::file(&out, &error))?;
    replace(&out.join(MODULE), &module)?;
    replace(&out.join(format!("{MODULE}.sha256")), format!("{digest}  {MODULE}\n").as_bytes())?;
    println!("wasm-out/{MODULE}: {} bytes, sha256 {digest}", module.len());
    Ok(())
}

/// The module as the compiler left it.
fn compile() -> Result<Vec<u8>> {
    let toolchain = Toolchain::at_hand()?;
    let target = workspace::root().join("target");
    let mut cargo = toolchain.cargo("build");
    cargo.args(["--locked", "--package", "tenantry-filter", "--profile", "wasm", "--target-dir"]).arg(&target);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", remaps(&toolchain).join("\x1f"));
    process::run(&mut cargo)?;
    let built = target.join(TARGET).join("wasm").join(MODULE);
    std::fs::read(&built).map_err(|error| Error::file(&built, &error))
}

/// Compiler flags that keep the names of this machine's folders out of the module, so that the same
/// sources give the same bytes wherever they lie.
fn remaps(toolchain: &Toolchain) -> Vec<String> {
    let home = |variable: &str, folder: &str| {
        let set = std::env::var_os(variable).map(PathBuf::from);
        set.or_else(|| std::env::home_dir().map(|home| home.join(folder)))
    };
    let mut remaps = vec![(workspace::root(), "/tenantry")];
    remaps.extend(home("CARGO_HOME", ".cargo").map(|folder| (folder, "/cargo")));
    remaps.extend(toolchain.std_sources().into_iter().map(|folder| (folder, "/rust")));
    remaps.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect()
}

/// Writes `file` whole or not at all, and not when it already holds `bytes`.
fn replace(file: &Path, bytes: &[u8]) -> Result<()> {
    if std::fs::read(file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let stage = file.with_extension(format!("{}.new", std::process::id()));
    std::fs::write(&stage, bytes).map_err(|error| Error::file(&stage, &error))?;
    std::fs::rename(&stage, file).map_err(|error| Error::file(file, &error))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
