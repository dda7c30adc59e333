//! Header maps: the request's, which can be changed, the response's, and those of the answer to a call.

use crate::host::guest::{Guest, status};
use crate::host::headers::Headers;
use crate::host::state::State;
use wasmi::{Caller, Error, Linker};

const REQUEST_HEADERS: u32 = 0;
const RESPONSE_HEADERS: u32 = 2;
const CALL_RESPONSE_HEADERS: u32 = 6;

pub(super) fn link(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(
        "env",
        "proxy_get_header_map_pairs",
        |caller: Caller<'_, State>, map: u32, data: u32, len: u32| {
            Guest::call(caller, "proxy_get_header_map_pairs", |guest| {
                let Some(headers) = readable(guest, map) else { return Ok(status::BAD_ARGUMENT) };
                let block = headers.encode();
                guest.give(&block, data, len)
            })
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_get_header_map_value",
        |caller: Caller<'_, State>, map: u32, name: u32, name_len: u32, data: u32, len: u32| {
            Guest::call(caller, "proxy_get_header_map_value", |guest| {
                let name = guest.text(name, name_len)?;
                let Some(headers) = readable(guest, map) else { return Ok(status::BAD_ARGUMENT) };
                let Some(value) = headers.all(&name).first().map(|value| value.to_vec()) else {
                    return Ok(status::NOT_FOUND);
                };
                guest.give(&value, data, len)
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

/// A map that is there at this moment.
fn readable<'a>(guest: &'a mut Guest<'_>, map: u32) -> Option<&'a Headers> {
    let state = guest.state();
    match map {
        REQUEST_HEADERS => Some(&state.stream.headers),
        RESPONSE_HEADERS => state.stream.response_headers.as_ref(),
        CALL_RESPONSE_HEADERS => state.call_response.as_ref(),
        _ => None,
    }
}
