//! The module, validated and translated once.

use std::sync::{Arc, OnceLock};
use wasmi::{Config, Engine, ExternType};

/// A module that VMs are made of. Clones are cheap.
#[derive(Clone, Debug)]
pub struct Module(Arc<wasmi::Module>);

impl Module {
    /// The built filter, from `wasm-out`.
    ///
    /// # Panics
    /// When it is missing, saying how to get it.
    #[must_use]
    pub fn built() -> Self {
        static BUILT: OnceLock<Module> = OnceLock::new();
        BUILT.get_or_init(|| Self::new(&Self::bytes())).clone()
    }

    /// The bytes of [`Module::built`].
    ///
    /// # Panics
    /// When the file is missing or cannot be read.
    #[must_use]
    pub fn bytes() -> Vec<u8> {
        std::fs::read(crate::envoy::module()).expect("a readable module")
    }

    /// Any other module, such as one with a table inside.
    ///
    /// # Panics
    /// When the bytes are not a valid module.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let mut config = Config::default();
        config.consume_fuel(true);
        let module = wasmi::Module::new(&Engine::new(&config), bytes).expect("a valid module");
        Self(Arc::new(module))
    }

    /// Names of its exports.
    #[must_use]
    pub fn exports(&self) -> Vec<String> {
        self.0.exports().map(|export| export.name().to_owned()).collect()
    }

    /// Names of the host calls that it imports, as `MODULE.NAME`.
    ///
    /// # Panics
    /// When it imports anything but functions.
    #[must_use]
    pub fn imports(&self) -> Vec<String> {
        let name = |import: wasmi::ImportType<'_>| {
            assert!(matches!(import.ty(), ExternType::Func(_)), "{import:?}");
            format!("{}.{}", import.module(), import.name())
        };
        self.0.imports().map(name).collect()
    }

    pub(super) fn inner(&self) -> &wasmi::Module {
        &self.0
    }
}
