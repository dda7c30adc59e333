//! Data that the workers of a proxy share.

use crate::host::faults::Fault;
use crate::host::guest::{Guest, status};
use crate::host::state::State;
use wasmi::{Caller, Error, Linker};

pub(super) fn link(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(
        "env",
        "proxy_get_shared_data",
        |caller: Caller<'_, State>, key: u32, key_len: u32, data: u32, len: u32, version_out: u32| {
            Guest::call(caller, "proxy_get_shared_data", |guest| {
                let key = guest.read(key, key_len)?;
                let Some((value, version)) = guest.state().proxy.shared(&key) else { return Ok(status::NOT_FOUND) };
                guest.write(version_out, &version.to_le_bytes())?;
                guest.give(&value, data, len)
            })
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_set_shared_data",
        |caller: Caller<'_, State>, key: u32, key_len: u32, value: u32, len: u32, version: u32| {
            Guest::call(caller, "proxy_set_shared_data", |guest| {
                let (key, value) = (guest.read(key, key_len)?, guest.read(value, len)?);
                let state = guest.state();
                contend(state);
                Ok(if state.proxy.set_shared(&key, &value, version) { status::OK } else { status::CAS_MISMATCH })
            })
        },
    )?;
    Ok(())
}

/// Lets another worker be first, if a fault says so.
fn contend(state: &mut State) {
    for fault in &mut state.faults {
        if let Fault::Contention(left) = fault
            && *left > 0
        {
            *left -= 1;
            state.proxy.disturb();
        }
    }
}
