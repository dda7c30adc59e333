//! Calls that the filter makes itself. Tokens are counted per root context, so that two of them share tokens.

use crate::host::guest::{Guest, status};
use crate::host::headers::Headers;
use crate::host::state::State;
use crate::host::upstream::{Sent, To};
use std::time::Duration;
use wasmi::{Caller, Error, Linker};

pub(super) fn link(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap("env", "proxy_set_tick_period_milliseconds", |caller: Caller<'_, State>, period: u32| {
        Guest::call(caller, "proxy_set_tick_period_milliseconds", |guest| {
            let state = guest.state();
            let root = state.root();
            if period == 0 {
                state.ticks.remove(&root);
            } else {
                state.ticks.insert(root, Duration::from_millis(period.into()));
            }
            Ok(status::OK)
        })
    })?;
    linker.func_wrap(
        "env",
        "proxy_grpc_call",
        |caller: Caller<'_, State>,
         service: u32,
         service_len: u32,
         name: u32,
         name_len: u32,
         method: u32,
         method_len: u32,
         metadata: u32,
         metadata_len: u32,
         message: u32,
         message_len: u32,
         timeout: u32,
         token: u32| {
            Guest::call(caller, "proxy_grpc_call", |guest| {
                let service = guest.read(service, service_len)?;
                let method = format!("{}/{}", guest.text(name, name_len)?, guest.text(method, method_len)?);
                let headers = pairs(&guest.read(metadata, metadata_len)?)?;
                let body = guest.read(message, message_len)?;
                send(guest, To::Grpc { service, method }, headers, body, timeout, token)
            })
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_http_call",
        |caller: Caller<'_, State>,
         cluster: u32,
         cluster_len: u32,
         headers: u32,
         headers_len: u32,
         body: u32,
         body_len: u32,
         trailers: u32,
         trailers_len: u32,
         timeout: u32,
         token: u32| {
            Guest::call(caller, "proxy_http_call", |guest| {
                let cluster = guest.text(cluster, cluster_len)?;
                let headers = pairs(&guest.read(headers, headers_len)?)?;
                let body = guest.read(body, body_len)?;
                pairs(&guest.read(trailers, trailers_len)?)?;
                if [":method", ":path", ":authority"].iter().any(|name| headers.one(name).is_none()) {
                    return Ok(status::BAD_ARGUMENT);
                }
                send(guest, To::Http { cluster }, headers, body, timeout, token)
            })
        },
    )?;
    Ok(())
}

fn pairs(block: &[u8]) -> Result<Headers, Error> {
    Headers::decode(block).ok_or_else(|| Error::new("the headers of a call are malformed"))
}

fn send(guest: &mut Guest<'_>, to: To, headers: Headers, body: Vec<u8>, timeout: u32, out: u32) -> Result<u32, Error> {
    let state = guest.state();
    let root = state.root();
    let token = state.tokens.entry(root).or_default();
    *token += 1;
    let token = *token;
    state.sent.push(Sent { root, token, to, headers, body, timeout: Duration::from_millis(timeout.into()) });
    guest.write(out, &token.to_le_bytes())?;
    Ok(status::OK)
}
