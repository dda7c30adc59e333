//! Reads a table.

use super::{BUCKET_BYTES, Blob, HEADER_BYTES, MAGIC, OFFSET_BYTES, RECORD_BYTES, VERSION, bucket_of};
use std::fmt;
use xxhash_rust::xxh3::Xxh3;

/// Most buckets fit here; the larger buffer is only touched for those that do not.
const SMALL_BUCKET_BYTES: usize = 256;

/// A table whose header has been checked. Lookups stay within the blob whatever its bytes are.
pub struct Table {
    blob: Box<dyn Blob>,
    tenants: u32,
    buckets: u32,
    seed: u64,
    records_at: usize,
    records_len: u32,
}

/// Why a table is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Too short for a header, or other bytes altogether.
    #[error("these bytes are not a tenant table")]
    NotATable,
    /// Another version of the layout.
    #[error("the tenant table has version {0}, this filter reads version {VERSION}")]
    Version(u32),
    /// Lengths that do not add up.
    #[error("the tenant table is cut short or damaged: its lengths do not add up")]
    Lengths,
    /// A bucket or a record that is not as the compiler writes it.
    #[error("the tenant table is damaged in bucket {0}")]
    Bucket(u32),
}

impl Table {
    /// Takes a blob as a table after checking its header and lengths.
    pub fn open(blob: Box<dyn Blob>) -> Result<Self, TableError> {
        let mut header = [0; HEADER_BYTES];
        if !blob.read(0, &mut header) || !header.starts_with(MAGIC) {
            return Err(TableError::NotATable);
        }
        let version = u32_at(&header, 4);
        if version != VERSION {
            return Err(TableError::Version(version));
        }
        let [tenants, buckets, records_len] = [8, 12, 24].map(|at| u32_at(&header, at));
        let seed = u64::from(u32_at(&header, 16)) | u64::from(u32_at(&header, 20)) << 32;
        let records_at = HEADER_BYTES as u64 + (u64::from(buckets) + 1) * OFFSET_BYTES as u64;
        if !buckets.is_power_of_two() || records_at + u64::from(records_len) != blob.len() as u64 {
            return Err(TableError::Lengths);
        }
        Ok(Self { blob, tenants, buckets, seed, records_at: records_at as usize, records_len })
    }

    /// Number of tenants.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tenants as usize
    }

    /// Whether there is no tenant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tenants == 0
    }

    /// Class of `id`, if it is in the table.
    #[must_use]
    pub fn lookup(&self, id: &[u8]) -> Option<u16> {
        let (start, length) = self.bounds(bucket_of(id, self.seed, self.buckets))?;
        if length <= SMALL_BUCKET_BYTES {
            self.search::<SMALL_BUCKET_BYTES>(start, length, id)
        } else {
            self.search::<BUCKET_BYTES>(start, length, id)
        }
    }

    /// Checks every bucket and every record, and that no class is `classes` or more. Reads the whole table.
    pub fn verify(&self, classes: usize) -> Result<(), TableError> {
        let mut tenants = 0;
        let mut end = 0;
        for bucket in 0..self.buckets {
            let damaged = TableError::Bucket(bucket);
            let (start, length) = self.bounds(bucket).ok_or(damaged)?;
            if start != self.records_at + end {
                return Err(damaged);
            }
            end += length;
            let mut buffer = [0; BUCKET_BYTES];
            let mut records = buffer
                .get_mut(..length)
                .filter(|_| length > 0)
                .map_or(&[][..], |bytes| if self.blob.read(start, bytes) { &*bytes } else { &[] });
            if records.len() != length {
                return Err(damaged);
            }
            while !records.is_empty() {
                let (class, id, rest) = record(records).ok_or(damaged)?;
                if usize::from(class) >= classes || bucket_of(id, self.seed, self.buckets) != bucket {
                    return Err(damaged);
                }
                tenants += 1;
                records = rest;
            }
        }
        if tenants == self.tenants && end == self.records_len as usize { Ok(()) } else { Err(TableError::Lengths) }
    }

    /// XXH3-64 of the whole table.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let mut hash = Xxh3::new();
        let mut buffer = [0; 4096];
        let mut offset = 0;
        while offset < self.blob.len() {
            let take = (self.blob.len() - offset).min(buffer.len());
            let Some(chunk) = buffer.get_mut(..take) else { break };
            if !self.blob.read(offset, chunk) {
                break;
            }
            hash.update(chunk);
            offset += take;
        }
        hash.digest()
    }

    /// Where a bucket starts in the blob, and its length; none if the table contradicts itself.
    fn bounds(&self, bucket: u32) -> Option<(usize, usize)> {
        let mut bounds = [0; 2 * OFFSET_BYTES];
        if !self.blob.read(HEADER_BYTES + bucket as usize * OFFSET_BYTES, &mut bounds) {
            return None;
        }
        let (start, end) = (u32_at(&bounds, 0), u32_at(&bounds, OFFSET_BYTES));
        let length = end.checked_sub(start)? as usize;
        if end > self.records_len || length > BUCKET_BYTES {
            return None;
        }
        Some((self.records_at + start as usize, length))
    }

    fn search<const BYTES: usize>(&self, start: usize, length: usize, id: &[u8]) -> Option<u16> {
        let mut buffer = [0; BYTES];
        let bytes = buffer.get_mut(..length)?;
        if !self.blob.read(start, bytes) {
            return None;
        }
        let mut records = &*bytes;
        while let Some((class, found, rest)) = record(records) {
            if found == id {
                return Some(class);
            }
            records = rest;
        }
        None
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("tenants", &self.tenants).field("buckets", &self.buckets).finish_non_exhaustive()
    }
}

/// Splits the first record off: its class, its id, and what follows.
fn record(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<RECORD_BYTES>()?;
    let [length, low, high] = *head;
    let (id, rest) = rest.split_at_checked(usize::from(length))?;
    Some((u16::from_le_bytes([low, high]), id, rest))
}

/// The integer at a fixed place of a fixed array; zero past its end, which no caller asks for.
fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |chunk| u32::from_le_bytes(*chunk))
}
