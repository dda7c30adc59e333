//! Log, clock and answers.

use crate::host::guest::{Guest, status};
use crate::host::headers::Headers;
use crate::host::request::Reply;
use crate::host::state::{Line, State};
use wasmi::{Caller, Error, Linker};

pub(super) fn link(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap("env", "proxy_log", |caller: Caller<'_, State>, level: u32, text: u32, len: u32| {
        Guest::call(caller, "proxy_log", |guest| {
            let text = guest.text(text, len)?;
            let line = Line { level, text };
            guest.state().history.push(line.clone());
            guest.state().log.push(line);
            Ok(status::OK)
        })
    })?;
    linker.func_wrap("env", "proxy_get_current_time_nanoseconds", |caller: Caller<'_, State>, out: u32| {
        Guest::call(caller, "proxy_get_current_time_nanoseconds", |guest| {
            let now = guest.state().proxy.now();
            guest.write(out, &now.to_le_bytes())?;
            Ok(status::OK)
        })
    })?;
    linker.func_wrap(
        "env",
        "proxy_send_local_response",
        |caller: Caller<'_, State>,
         code: u32,
         details: u32,
         details_len: u32,
         body: u32,
         body_len: u32,
         headers: u32,
         headers_len: u32,
         _grpc_status: i32| {
            Guest::call(caller, "proxy_send_local_response", |guest| {
                let details = guest.text(details, details_len)?;
                let body = guest.read(body, body_len)?;
                let headers = Headers::decode(&guest.read(headers, headers_len)?);
                let headers = headers.ok_or_else(|| Error::new("the answer's headers are malformed"))?;
                let reply = Reply { status: code, details, headers, body };
                guest.state().stream.status = u16::try_from(code).ok();
                if guest.state().stream.reply.replace(reply).is_some() {
                    return Err(Error::new("the request was answered twice"));
                }
                Ok(status::OK)
            })
        },
    )?;
    Ok(())
}
