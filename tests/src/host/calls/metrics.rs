//! Metrics. Each definition gets an id of its own; metrics of one name are one metric.

use crate::host::guest::{Guest, status};
use crate::host::state::State;
use wasmi::{Caller, Error, Linker};

pub(super) fn link(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(
        "env",
        "proxy_define_metric",
        |caller: Caller<'_, State>, kind: u32, name: u32, len: u32, id: u32| {
            Guest::call(caller, "proxy_define_metric", |guest| {
                let name = guest.text(name, len)?;
                if kind > 2 {
                    return Ok(status::BAD_ARGUMENT);
                }
                let state = guest.state();
                state.proxy.change(&name, |_| ());
                state.metrics.push(name);
                let defined = u32::try_from(state.metrics.len() - 1).expect("few metrics");
                guest.write(id, &defined.to_le_bytes())?;
                Ok(status::OK)
            })
        },
    )?;
    linker.func_wrap("env", "proxy_increment_metric", |caller: Caller<'_, State>, id: u32, by: i64| {
        Guest::call(caller, "proxy_increment_metric", |guest| {
            Ok(change(guest, id, |value| *value = value.saturating_add_signed(by)))
        })
    })?;
    linker.func_wrap("env", "proxy_record_metric", |caller: Caller<'_, State>, id: u32, to: u64| {
        Guest::call(caller, "proxy_record_metric", |guest| Ok(change(guest, id, |value| *value = to)))
    })?;
    Ok(())
}

fn change(guest: &mut Guest<'_>, id: u32, change: impl FnOnce(&mut u64)) -> u32 {
    let state = guest.state();
    let Some(name) = state.metrics.get(id as usize) else { return status::NOT_FOUND };
    state.proxy.change(name, change);
    status::OK
}
