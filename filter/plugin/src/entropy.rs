//! Randomness for trace and span ids, fetched in blocks, since a call of the host costs more than a thousand bytes do.

use crate::host::wasi;
use std::cell::RefCell;

/// What one request may need: a trace id and a span id.
pub const BYTES: usize = 24;

const BLOCK: usize = 43 * BYTES;

struct Block {
    bytes: [u8; BLOCK],
    used: usize,
}

thread_local! {
    static BLOCK_AT_HAND: RefCell<Block> = const { RefCell::new(Block { bytes: [0; BLOCK], used: BLOCK }) };
}

/// Bytes that are handed out once. None if the host has no randomness.
pub fn take() -> Option<[u8; BYTES]> {
    BLOCK_AT_HAND.with_borrow_mut(|block| {
        if block.used >= BLOCK {
            if !wasi::random(&mut block.bytes) {
                return None;
            }
            block.used = 0;
        }
        let taken = *block.bytes.get(block.used..)?.first_chunk()?;
        block.used = block.used.saturating_add(BYTES);
        Some(taken)
    })
}
