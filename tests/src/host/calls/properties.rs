//! Properties to read, filter state to set.

use crate::host::guest::{Guest, status};
use crate::host::state::State;
use serde_json::Value;
use wasmi::{Caller, Error, Linker};

pub(super) fn link(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(
        "env",
        "proxy_get_property",
        |caller: Caller<'_, State>, path: u32, path_len: u32, data: u32, len: u32| {
            Guest::call(caller, "proxy_get_property", |guest| {
                let path = guest.text(path, path_len)?;
                if path == "response\0code" {
                    let status = guest.state().stream.status.map(|status| i64::from(status).to_le_bytes());
                    return status.map_or(Ok(status::NOT_FOUND), |bytes| guest.give(&bytes, data, len));
                }
                let found = path.split('\0').try_fold(&guest.state().stream.properties, |value, key| value.get(key));
                match found.and_then(serialize) {
                    Some(bytes) => guest.give(&bytes, data, len),
                    None => Ok(status::NOT_FOUND),
                }
            })
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_set_property",
        |caller: Caller<'_, State>, name: u32, name_len: u32, value: u32, len: u32| {
            Guest::call(caller, "proxy_set_property", |guest| {
                let (name, value) = (guest.text(name, name_len)?, guest.text(value, len)?);
                guest.state().stream.published.insert(name, value);
                Ok(status::OK)
            })
        },
    )?;
    Ok(())
}

/// A value the way Envoy hands it out: strings as they are, numbers and truth values in binary.
fn serialize(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Null => None,
        Value::Bool(value) => Some(vec![u8::from(*value)]),
        Value::Number(value) => value.as_f64().map(|value| value.to_le_bytes().to_vec()),
        Value::String(value) => Some(value.clone().into_bytes()),
        Value::Array(_) | Value::Object(_) => Some(value.to_string().into_bytes()),
    }
}
