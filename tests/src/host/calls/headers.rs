//! Header maps. Only the request's headers exist here.

use crate::host::guest::{Guest, status};
use crate::host::state::State;
use wasmi::{Caller, Error, Linker};

const REQUEST_HEADERS: u32 = 0;

pub(super) fn link(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(
        "env",
        "proxy_get_header_map_pairs",
        |caller: Caller<'_, State>, map: u32, data: u32, len: u32| {
            Guest::call(caller, "proxy_get_header_map_pairs", |guest| {
                if map != REQUEST_HEADERS {
                    return Ok(status::BAD_ARGUMENT);
                }
                let block = guest.state().stream.headers.encode();
                guest.give(&block, data, len)
            })
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_replace_header_map_value",
        |caller: Caller<'_, State>, map: u32, name: u32, name_len: u32, value: u32, value_len: u32| {
            Guest::call(caller, "proxy_replace_header_map_value", |guest| {
                let (name, value) = (guest.read(name, name_len)?, guest.read(value, value_len)?);
                if map != REQUEST_HEADERS {
                    return Ok(status::BAD_ARGUMENT);
                }
                guest.state().stream.headers.replace(&name, &value);
                Ok(status::OK)
            })
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_remove_header_map_value",
        |caller: Caller<'_, State>, map: u32, name: u32, name_len: u32| {
            Guest::call(caller, "proxy_remove_header_map_value", |guest| {
                let name = guest.read(name, name_len)?;
                if map != REQUEST_HEADERS {
                    return Ok(status::BAD_ARGUMENT);
                }
                guest.state().stream.headers.remove(&name);
                Ok(status::OK)
            })
        },
    )?;
    Ok(())
}
