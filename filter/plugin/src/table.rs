//! The tenant table inside the module.
//!
//! As built, the module has none. `tenantry compile` writes a copy of the module in which the bodies of the two functions
//! below are the length of a passive data segment and a `memory.init` from it: all workers of a proxy share
//! the segment's bytes, and nothing parses them.

#![expect(unsafe_code, reason = "exports under fixed names, and a raw copy into memory")]

use std::hint::black_box;
use tenantry_engine::table::Blob;

/// Length in bytes of the table, 0 without one. Opaque to the optimiser, since its body is replaced after linking.
#[inline(never)]
#[unsafe(no_mangle)]
extern "C" fn tenantry_table_len() -> usize {
    black_box(0)
}

/// Copies `len` bytes of the table from `offset` on to `dst`. A read outside of the table traps.
#[inline(never)]
#[unsafe(no_mangle)]
extern "C" fn tenantry_table_read(dst: *mut u8, offset: usize, len: usize) {
    // Lets the optimiser believe that this reads and writes any memory, as its replacement does.
    black_box((dst, offset, len));
}

/// The table that this module carries.
pub struct Embedded;

impl Blob for Embedded {
    fn len(&self) -> usize {
        tenantry_table_len()
    }

    fn read(&self, offset: usize, into: &mut [u8]) -> bool {
        let inside = offset.checked_add(into.len()).is_some_and(|end| end <= self.len());
        if inside {
            tenantry_table_read(into.as_mut_ptr(), offset, into.len());
        }
        inside
    }
}
