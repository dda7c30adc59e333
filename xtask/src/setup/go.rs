//! Go, which builds Istio's own code for the tests: the one on `PATH` where it is recent, else Go's own build of it.

use super::Part;
use crate::error::{Error, Result};
use crate::{process, workspace};
use sha2::{Digest, Sha256};
use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "Go",
    found: || program().and_then(|go| Some(format!("{} ({})", version(&go)?, go.display()))),
    plan: "1.26.8 from the Go module proxy (72 MB), into target/tools/go (240 MB)",
    install,
};

/// The release that is fetched. The Go project publishes its toolchains as modules, one for each platform.
const RELEASE: &str = "v0.0.1-go1.26.8";

/// Operating system and architecture as Rust names them, the platform as Go names it, and the SHA-256 of its zip.
const ZIPS: [(&str, &str, &str, &str); 4] = [
    ("linux", "x86_64", "linux-amd64", "30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7"),
    ("linux", "aarch64", "linux-arm64", "02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99"),
    ("macos", "x86_64", "darwin-amd64", "fe99a2009e5bb51e06d7784f1a486478673512041c2671157bd382806e2aedcf"),
    ("macos", "aarch64", "darwin-arm64", "0aad5fb52b88498885290178adc0bcfe429bc63012621af9f83282eb640bd9c7"),
];

/// Where modules come from when `GOPROXY` names no other place: Go's own default.
const PROXY: &str = "https://proxy.golang.org";

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

fn install() -> Result<()> {
    let zip = ZIPS.iter().find(|(os, arch, ..)| (*os, *arch) == (OS, ARCH));
    let &(_, _, platform, hash) = zip.ok_or_else(|| {
        Error::new(format!("no Go is pinned for {OS} on {ARCH}")).help("put Go 1.26 or newer on PATH")
    })?;
    let place = home();
    let folder = place.parent().unwrap_or(&place);
    fs::create_dir_all(folder).map_err(at(folder))?;
    // Everything happens in a folder of its own and moves into place at the end, so that what is in place is whole.
    let stage = tempfile::Builder::new().prefix(".fetch-").tempdir_in(folder).map_err(at(folder))?;
    let packed = stage.path().join("go.zip");
    let address = format!("{}/golang.org/toolchain/@v/{RELEASE}.{platform}.zip", proxy());
    process::run(Command::new("python3").args(["-c", DOWNLOAD, &address]).arg(&packed))
        .map_err(|error| error.help("is the Go module proxy within reach? `GOPROXY` can name another"))?;
    check(&packed, hash)?;
    process::run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&packed).arg(stage.path()))?;
    let unpacked = stage.path().join(format!("golang.org/toolchain@{RELEASE}.{platform}"));
    // Modules carry no permissions.
    for programs in ["bin".into(), Path::new("pkg/tool").join(platform.replace('-', "_"))] {
        make_programs(&unpacked.join(programs))?;
    }
    if version(&unpacked.join("bin/go")).is_none() {
        return Err(Error::new(format!("the fetched Go {RELEASE} does not run here")));
    }
    if place.exists() {
        fs::remove_dir_all(&place).map_err(at(&place))?;
    }
    fs::rename(&unpacked, &place).map_err(at(&place))
}

/// Python's way to fetch a file; it heeds the usual variables for proxies and certificates.
const DOWNLOAD: &str = "import shutil, sys, urllib.request as r; \
     shutil.copyfileobj(r.urlopen(sys.argv[1], timeout=60), open(sys.argv[2], 'wb'))";

/// The place to fetch from that `GOPROXY` names first, or Go's own default.
fn proxy() -> String {
    let set = std::env::var("GOPROXY").unwrap_or_default();
    first_address(&set).unwrap_or(PROXY).to_owned()
}

/// The first address in a list such as `https://proxy.example.com,direct`.
fn first_address(list: &str) -> Option<&str> {
    let addresses = list.split([',', '|']).map(|place| place.trim().trim_end_matches('/'));
    addresses.into_iter().find(|place| place.starts_with("https://") || place.starts_with("http://"))
}

fn check(packed: &Path, hash: &str) -> Result<()> {
    let bytes = fs::read(packed).map_err(at(packed))?;
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if digest == hash {
        return Ok(());
    }
    Err(Error::new(format!("the fetched Go {RELEASE} has the SHA-256 {digest}, not {hash}"))
        .help("the download was cut short, or is not what it should be; `cargo xtask setup` tries again"))
}

fn make_programs(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    for file in folder.read_dir().map_err(at(folder))?.flatten() {
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o755)).map_err(at(folder))?;
    }
    Ok(())
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |error| Error::file(&path, &error)
}

#[cfg(test)]
mod tests {
    use super::{first_address, numbers};

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
    fn the_first_address_of_goproxy_counts() {
        assert_eq!(first_address("https://proxy.example.com/go/,direct"), Some("https://proxy.example.com/go"));
        assert_eq!(first_address("direct|http://localhost:3000"), Some("http://localhost:3000"));
        for none in ["", "direct", "off"] {
            assert_eq!(first_address(none), None, "{none}");
        }
    }

    #[test]
    fn the_module_names_the_oldest_go() {
        assert!(super::wanted().is_some_and(|wanted| wanted >= [1, 26, 0]));
    }

    #[test]
    fn the_fetched_go_is_recent_enough() {
        let fetched = super::RELEASE.split('-').next_back().and_then(numbers);
        assert!(fetched >= super::wanted(), "{fetched:?}");
    }
}
