//! A Rust toolchain that can build for `wasm32-unknown-unknown`.
//!
//! An ordinary toolchain with the target's standard library is best. Where rustup cannot fetch that
//! library, Debian's `rustc-web` comes with the library's sources, and cargo builds it from those.

use super::{Part, apt};
use crate::error::{Error, Result};
use crate::{process, workspace};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The target that Envoy's wasm runtimes load.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "wasm32 target",
    found: || Toolchain::find().map(|toolchain| toolchain.describe()),
    plan: "by `rustup target add`, else Debian's rustc-web with the standard library's sources",
    install,
};

/// How long rustup may take. A blocked network lets it hang rather than fail.
const RUSTUP_PATIENCE: Duration = Duration::from_secs(300);

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
/// Debian's Rust packages bring no linker for wasm; this is the one of the LLVM that they are built with.
const DEBIAN_LINKER: &str = "/usr/bin/wasm-ld-22";

/// A toolchain that can build for the target.
pub enum Toolchain {
    /// The `rustc` in use has the target's standard library.
    Ordinary,
    /// Debian's `rustc-web`, building the standard library from its sources.
    Debian,
}

impl Toolchain {
    /// The toolchain at hand, if any.
    pub fn find() -> Option<Self> {
        let libraries = process::output(Command::new(rustc()).args(["--print", "target-libdir", "--target", TARGET]));
        if libraries.is_some_and(|folder| has_std(Path::new(&folder))) {
            return Some(Self::Ordinary);
        }
        let sources = sysroot(Path::new(DEBIAN_RUSTC))?.join("lib/rustlib/src/rust/library/std/Cargo.toml");
        let complete = process::is_program(Path::new(DEBIAN_CARGO))
            && process::is_program(Path::new(DEBIAN_LINKER))
            && sources.is_file();
        complete.then_some(Self::Debian)
    }

    /// The toolchain at hand, or how to get one.
    pub fn at_hand() -> Result<Self> {
        Self::find().ok_or_else(|| {
            Error::new(format!("no Rust toolchain here builds for `{TARGET}`")).help("`cargo xtask setup` gets one")
        })
    }

    /// A cargo that is set to this toolchain, in the workspace folder, with `subcommand` and the
    /// arguments that choose the target.
    pub fn cargo(&self, subcommand: &str) -> Command {
        match self {
            Self::Ordinary => {
                let mut cargo = workspace::cargo();
                cargo.args([subcommand, "--target", TARGET]);
                cargo
            }
            Self::Debian => {
                let mut cargo = Command::new(DEBIAN_CARGO);
                cargo.current_dir(workspace::root());
                cargo.args([subcommand, "--target", TARGET, "-Zbuild-std=std,panic_abort"]);
                // `-Zbuild-std` is only open to nightly compilers and to those told to act as one.
                cargo.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
                cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER);
                // Set by the cargo that runs this task, for its own toolchain.
                cargo.env_remove("LD_LIBRARY_PATH").env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTDOC");
                cargo
            }
        }
    }

    /// Where this toolchain keeps the standard library's sources, however it may name them.
    pub fn std_sources(&self) -> Vec<PathBuf> {
        let compiler = match self {
            Self::Ordinary => rustc(),
            Self::Debian => PathBuf::from(DEBIAN_RUSTC),
        };
        let named = sysroot(&compiler).map(|sysroot| sysroot.join("lib/rustlib/src/rust"));
        let real = named.as_ref().and_then(|folder| folder.join("library").canonicalize().ok());
        let real = real.and_then(|library| library.parent().map(Path::to_path_buf));
        named.into_iter().chain(real).collect()
    }

    fn describe(&self) -> String {
        let (compiler, how) = match self {
            Self::Ordinary => (rustc(), "with the target installed"),
            Self::Debian => (PathBuf::from(DEBIAN_RUSTC), "building the standard library"),
        };
        let version = process::output(Command::new(compiler).arg("--version")).unwrap_or_default();
        format!("{version}, {how}")
    }
}

fn rustc() -> PathBuf {
    std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from)
}

fn sysroot(rustc: &Path) -> Option<PathBuf> {
    process::output(Command::new(rustc).args(["--print", "sysroot"]).env_remove("LD_LIBRARY_PATH")).map(PathBuf::from)
}

fn has_std(libraries: &Path) -> bool {
    let Ok(files) = libraries.read_dir() else { return false };
    files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
}

fn install() -> Result<()> {
    if process::on_path("rustup").is_some() && rustup_target_add() {
        return Ok(());
    }
    apt::install(
        &["rustc-web", "cargo-web", "rust-web-src", "lld-22"],
        "install a Rust toolchain with `rustup`, then run `rustup target add wasm32-unknown-unknown`",
    )
}

/// Whether rustup got the target, in bounded time.
fn rustup_target_add() -> bool {
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).env("RUSTUP_MAX_RETRIES", "0");
    process::announce(&rustup);
    let Ok(mut child) = rustup.spawn() else { return false };
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(None) if start.elapsed() < RUSTUP_PATIENCE => std::thread::sleep(Duration::from_millis(100)),
            Ok(Some(status)) => return status.success(),
            Ok(None) | Err(_) => {
                eprintln!("rustup did not finish in {} s", RUSTUP_PATIENCE.as_secs());
                // Both fail only when it has ended meanwhile.
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}
