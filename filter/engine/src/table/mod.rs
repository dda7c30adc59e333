//! The tenant table: which ids exist, and the class of attributes of each.
//!
//! The compiler lays it out ([`pack`]), the filter only reads it ([`Table`]); nothing is parsed per tenant.
//! A lookup is two bounded reads: the bounds of one bucket, then the bucket, whose records hold whole ids.
//! The bytes may lie in memory or in a passive data segment of a wasm module, so they are read through [`Blob`].
//!
//! Layout, all integers little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 0..4 | magic `TNTY` |
//! | 4..8 | version, [`VERSION`] |
//! | 8..12 | number of tenants |
//! | 12..16 | number of buckets, a power of two |
//! | 16..24 | seed of XXH3-64 |
//! | 24..28 | length of the records |
//! | 28..32 | zero |
//! | then | buckets + 1 offsets into the records, 4 bytes each |
//! | then | records, grouped by bucket and sorted by id: length of the id (1 byte), class (2 bytes), id |

mod build;
mod read;

pub use build::{Attributes, BuildError, Packed, pack, pack_by};
pub use read::{Table, TableError};

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Version of the layout.
pub const VERSION: u32 = 1;

const MAGIC: &[u8; 4] = b"TNTY";
const HEADER_BYTES: usize = 32;
const OFFSET_BYTES: usize = 4;
/// Bytes of a record before its id.
const RECORD_BYTES: usize = 3;
/// No bucket is larger, so that a lookup needs only a fixed buffer.
const BUCKET_BYTES: usize = 2048;

/// Bytes that can be read at any offset.
pub trait Blob: Send + Sync {
    /// Length in bytes.
    fn len(&self) -> usize;

    /// Fills `into` with the bytes from `offset` on. False, with `into` in any state, if they do not all exist.
    fn read(&self, offset: usize, into: &mut [u8]) -> bool;

    /// Whether there are no bytes at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Blob for Vec<u8> {
    fn len(&self) -> usize {
        self.len()
    }

    fn read(&self, offset: usize, into: &mut [u8]) -> bool {
        let Some(bytes) = offset.checked_add(into.len()).and_then(|end| self.get(offset..end)) else { return false };
        into.copy_from_slice(bytes);
        true
    }
}

/// The bucket of `id` among `buckets`, a power of two.
fn bucket_of(id: &[u8], seed: u64, buckets: u32) -> u32 {
    (xxh3_64_with_seed(id, seed) as u32) & (buckets - 1)
}
