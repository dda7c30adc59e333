//! A host call's view of the module that makes it.

use super::faults::Fault;
use super::state::State;
use wasmi::{Caller, Error, Memory};

/// Statuses of the ABI.
pub(super) mod status {
    pub(in crate::host) const OK: u32 = 0;
    pub(in crate::host) const NOT_FOUND: u32 = 1;
    pub(in crate::host) const BAD_ARGUMENT: u32 = 2;
    pub(in crate::host) const CAS_MISMATCH: u32 = 8;
}

/// Result of a host call: its status, or the end of the VM for a pointer outside of its memory.
pub(super) type Status = Result<u32, Error>;

/// The module during a host call.
pub(super) struct Guest<'a> {
    caller: Caller<'a, State>,
    name: &'static str,
}

impl<'a> Guest<'a> {
    /// Counts the call and does it, unless a fault stands in for it.
    pub(super) fn call(
        mut caller: Caller<'a, State>,
        name: &'static str,
        call: impl FnOnce(&mut Guest<'a>) -> Status,
    ) -> Status {
        *caller.data_mut().calls.entry(name).or_default() += 1;
        let fault = caller.data().faults.iter().find_map(|fault| match *fault {
            Fault::Status(call, status) if call == name => Some(status),
            _ => None,
        });
        match fault {
            Some(status) => Ok(status),
            None => call(&mut Guest { caller, name }),
        }
    }

    pub(super) fn state(&mut self) -> &mut State {
        self.caller.data_mut()
    }

    pub(super) fn read(&self, at: u32, len: u32) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; len as usize];
        self.memory()?.read(&self.caller, at as usize, &mut bytes).map_err(|error| Error::new(error.to_string()))?;
        Ok(bytes)
    }

    pub(super) fn text(&self, at: u32, len: u32) -> Result<String, Error> {
        String::from_utf8(self.read(at, len)?).map_err(|error| Error::new(format!("{}: {error}", self.name)))
    }

    pub(super) fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Error> {
        let memory = self.memory()?;
        memory.write(&mut self.caller, at as usize, bytes).map_err(|error| Error::new(error.to_string()))
    }

    /// Returns data: in a block from the module's allocator, whose place and length go to the out-parameters.
    pub(super) fn give(&mut self, bytes: &[u8], data_out: u32, len_out: u32) -> Status {
        let faults = &self.caller.data().faults;
        if faults.contains(&Fault::Wild(self.name)) {
            self.write(data_out, &0xffff_0000_u32.to_le_bytes())?;
            self.write(len_out, &100_u32.to_le_bytes())?;
            return Ok(status::OK);
        }
        let fault = faults.iter().find_map(|fault| match *fault {
            Fault::Data(call, data) if call == self.name => Some(data),
            _ => None,
        });
        let bytes = fault.unwrap_or(bytes);
        let len = u32::try_from(bytes.len()).expect("a block that fits into a module's memory");
        // Hosts take the allocator under either name; the SDK uses the second.
        let mut names = ["proxy_on_memory_allocate", "malloc"].into_iter();
        let malloc = names.find_map(|name| self.caller.get_export(name).and_then(wasmi::Extern::into_func));
        let malloc = malloc.ok_or_else(|| Error::new("the module exports no allocator"))?;
        let at = malloc.typed::<u32, u32>(&self.caller)?.call(&mut self.caller, len)?;
        self.write(at, bytes)?;
        self.write(data_out, &at.to_le_bytes())?;
        self.write(len_out, &len.to_le_bytes())?;
        Ok(status::OK)
    }

    fn memory(&self) -> Result<Memory, Error> {
        let memory = self.caller.get_export("memory").and_then(wasmi::Extern::into_memory);
        memory.ok_or_else(|| Error::new("the module exports no memory"))
    }
}
