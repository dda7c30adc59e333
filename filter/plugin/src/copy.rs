//! Copies within memory, for short pieces.
//!
//! V8 leaves the module for each `memory.copy`, which costs some hundred instructions however little is copied, and a span is
//! made of dozens of short copies. So `cargo xtask wasm` replaces each `memory.copy` by a call of this function.

#![expect(unsafe_code, reason = "an export under a fixed name that works on raw memory")]

use std::ptr;

/// Copies `len` bytes, which may overlap: everything is read before anything is written.
///
/// # Safety
/// As [`ptr::copy`].
#[inline(never)]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tenantry_copy(to: *mut u8, from: *const u8, len: usize) {
    unsafe {
        match len {
            0 => {}
            1..4 => ends::<[u8; 1], 3>(to, from, len, [0, len / 2, len.wrapping_sub(1)]),
            4..8 => ends::<u32, 2>(to, from, len, [0, len.wrapping_sub(4)]),
            8..=16 => ends::<u64, 2>(to, from, len, [0, len.wrapping_sub(8)]),
            17..=32 => ends::<u64, 4>(to, from, len, [0, 8, len.wrapping_sub(16), len.wrapping_sub(8)]),
            33..=64 => {
                let back = |bytes| len.wrapping_sub(bytes);
                ends::<u64, 8>(to, from, len, [0, 8, 16, 24, back(32), back(24), back(16), back(8)]);
            }
            _ => ptr::copy(from, to, len),
        }
    }
}

/// Copies the words at some offsets, which together cover everything.
///
/// # Safety
/// Each offset leaves room for a word below `len`; for the rest, as [`ptr::copy`].
#[inline]
unsafe fn ends<W: Copy, const N: usize>(to: *mut u8, from: *const u8, len: usize, offsets: [usize; N]) {
    debug_assert!(offsets.iter().all(|offset| offset.wrapping_add(size_of::<W>()) <= len));
    unsafe {
        let words = offsets.map(|offset| from.add(offset).cast::<W>().read_unaligned());
        for (offset, word) in offsets.into_iter().zip(words) {
            to.add(offset).cast::<W>().write_unaligned(word);
        }
    }
}
