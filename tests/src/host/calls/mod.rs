//! The host calls, by subject.

mod buffers;
mod headers;
mod metrics;
mod properties;
mod shared;
mod stream;

use super::state::State;
use wasmi::{Engine, Error, Linker};

/// Everything that a module can import here.
pub(super) fn linker(engine: &Engine) -> Result<Linker<State>, Error> {
    let mut linker = Linker::new(engine);
    buffers::link(&mut linker)?;
    headers::link(&mut linker)?;
    metrics::link(&mut linker)?;
    properties::link(&mut linker)?;
    shared::link(&mut linker)?;
    stream::link(&mut linker)?;
    Ok(linker)
}
