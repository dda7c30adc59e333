//! The host calls, by subject.

mod buffers;
mod headers;
mod metrics;
mod properties;
mod shared;
mod stream;
mod upstream;
mod wasi;

use super::state::State;
use wasmi::errors::LinkerError;
use wasmi::{Error, Linker, Module};

/// Everything that `module` imports. What the SDK brings along and the filter never calls is there and traps.
pub(super) fn linker(module: &Module) -> Result<Linker<State>, Error> {
    let mut linker = Linker::new(module.engine());
    buffers::link(&mut linker)?;
    headers::link(&mut linker)?;
    metrics::link(&mut linker)?;
    properties::link(&mut linker)?;
    shared::link(&mut linker)?;
    stream::link(&mut linker)?;
    upstream::link(&mut linker)?;
    wasi::link(&mut linker)?;
    for import in module.imports() {
        let (from, name) = (import.module(), import.name());
        let unexpected = format!("the filter called `{name}`, which it has no use for");
        let Some(ty) = import.ty().func() else { continue };
        match linker.func_new(from, name, ty.clone(), move |_, _, _| Err(Error::new(unexpected.clone()))) {
            Ok(_) | Err(LinkerError::DuplicateDefinition { .. }) => {}
            Err(error) => return Err(Error::new(error.to_string())),
        }
    }
    Ok(linker)
}
