//! The parts of WASI that Envoy offers: randomness, which is the same on every run here, and the VM's environment.

use crate::host::guest::Guest;
use crate::host::state::State;
use wasmi::{Caller, Error, Linker};

const MODULE: &str = "wasi_snapshot_preview1";
const SUCCESS: u32 = 0;

pub(super) fn link(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(MODULE, "random_get", |caller: Caller<'_, State>, at: u32, len: u32| {
        Guest::call(caller, "random_get", |guest| {
            let bytes: Vec<u8> = (0..len).map(|_| guest.state().proxy.random()).collect();
            guest.write(at, &bytes)?;
            Ok(SUCCESS)
        })
    })?;
    linker.func_wrap(MODULE, "environ_sizes_get", |caller: Caller<'_, State>, count: u32, len: u32| {
        Guest::call(caller, "environ_sizes_get", |guest| {
            let variables = guest.state().proxy.environment();
            let bytes: usize = variables.iter().map(String::len).sum::<usize>() + variables.len();
            guest.write(count, &int(variables.len()))?;
            guest.write(len, &int(bytes))?;
            Ok(SUCCESS)
        })
    })?;
    linker.func_wrap(MODULE, "environ_get", |caller: Caller<'_, State>, entries: u32, bytes: u32| {
        Guest::call(caller, "environ_get", |guest| {
            let (mut entry, mut at) = (entries, bytes);
            for variable in guest.state().proxy.environment() {
                guest.write(entry, &at.to_le_bytes())?;
                guest.write(at, variable.as_bytes())?;
                let end = at + u32::try_from(variable.len()).expect("a short variable");
                guest.write(end, &[0])?;
                (entry, at) = (entry + 4, end + 1);
            }
            Ok(SUCCESS)
        })
    })?;
    Ok(())
}

fn int(value: usize) -> [u8; 4] {
    u32::try_from(value).expect("a small environment").to_le_bytes()
}
