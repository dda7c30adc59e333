//! Buffers: both bodies and the plugin's configuration.

use crate::host::guest::{Guest, status};
use crate::host::state::State;
use wasmi::{Caller, Error, Linker};

const REQUEST_BODY: u32 = 0;
const RESPONSE_BODY: u32 = 1;
const PLUGIN_CONFIGURATION: u32 = 7;

pub(super) fn link(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(
        "env",
        "proxy_get_buffer_bytes",
        |caller: Caller<'_, State>, buffer: u32, start: u32, max: u32, data: u32, len: u32| {
            Guest::call(caller, "proxy_get_buffer_bytes", |guest| {
                let bytes = match buffer {
                    REQUEST_BODY => &guest.state().stream.buffer,
                    RESPONSE_BODY => &guest.state().stream.response_buffer,
                    PLUGIN_CONFIGURATION => &guest.state().plugin_config,
                    _ => return Ok(status::NOT_FOUND),
                };
                let start = start as usize;
                let end = bytes.len().min(start.saturating_add(max as usize));
                let Some(piece) = bytes.get(start..end) else { return Ok(status::BAD_ARGUMENT) };
                let piece = piece.to_vec();
                guest.give(&piece, data, len)
            })
        },
    )?;
    Ok(())
}
