//! Lays a table out.

use super::{BUCKET_BYTES, HEADER_BYTES, MAGIC, OFFSET_BYTES, RECORD_BYTES, VERSION, bucket_of};
use crate::config::{MAX_ID_BYTES, Tenant};
use std::collections::BTreeMap;

/// Tenants per bucket to start from: few enough that a bucket is a cache line or two.
const TENANTS_PER_BUCKET: usize = 4;
/// Seeds to try before the number of buckets doubles.
const SEEDS: u64 = 4;

/// Keeps every offset well inside 32 bits.
const MAX_RECORDS_BYTES: usize = 1 << 30;
const MAX_BUCKETS: usize = 1 << 26;

/// What the filter has to know of a tenant; borrowed form of [`Tenant`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attributes<'a> {
    /// Home cluster.
    pub cluster: &'a str,
    /// Other clusters that serve the tenant.
    pub standby: &'a [String],
    /// Tier.
    pub tier: &'a str,
    /// Whether every request is refused.
    pub suspended: bool,
}

impl<'a> From<&'a Tenant> for Attributes<'a> {
    fn from(tenant: &'a Tenant) -> Self {
        let Tenant { cluster, standby, tier, suspended } = tenant;
        Self { cluster, standby, tier, suspended: *suspended }
    }
}

impl From<Attributes<'_>> for Tenant {
    fn from(attributes: Attributes<'_>) -> Self {
        let Attributes { cluster, standby, tier, suspended } = attributes;
        Self { cluster: cluster.to_owned(), standby: standby.to_vec(), tier: tier.to_owned(), suspended }
    }
}

/// A table with the classes that its records refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// The distinct attribute sets, sorted.
    pub classes: Vec<Tenant>,
    /// The table.
    pub bytes: Vec<u8>,
}

/// Why a table cannot be laid out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// An id is empty or longer than [`MAX_ID_BYTES`].
    #[error("tenant id `{0}` is empty or longer than {MAX_ID_BYTES} bytes")]
    Length(String),
    /// An id occurs twice.
    #[error("tenant id `{0}` occurs twice")]
    Duplicate(String),
    /// More distinct attribute sets than a record can refer to.
    #[error("more than 65,536 distinct combinations of cluster, failover, move, tier and status")]
    Classes,
    /// More tenants than a table can hold.
    #[error("the tenant table would be larger than 1 GiB")]
    Size,
}

/// Lays out a table. The same tenants give the same bytes, in whatever order they come.
pub fn pack<'a, I>(tenants: I) -> Result<Packed, BuildError>
where
    I: IntoIterator<Item = (&'a str, Attributes<'a>)>,
{
    let (classes, bytes) = pack_by(tenants)?;
    Ok(Packed { classes: classes.into_iter().map(Tenant::from).collect(), bytes })
}

/// Lays out a table whose classes are told apart by `K`, whatever the filter is told of each. Returns the distinct
/// values, sorted, to whose indices the records refer, and the table.
///
/// # Errors
/// See [`BuildError`].
pub fn pack_by<'a, K: Copy + Ord, I>(tenants: I) -> Result<(Vec<K>, Vec<u8>), BuildError>
where
    I: IntoIterator<Item = (&'a str, K)>,
{
    let tenants: Vec<(&str, K)> = tenants.into_iter().collect();
    let mut classes = BTreeMap::new();
    for &(_, key) in &tenants {
        classes.entry(key).or_insert(0);
    }
    for (index, class) in classes.values_mut().enumerate() {
        *class = u16::try_from(index).map_err(|_| BuildError::Classes)?;
    }
    let mut records = Vec::with_capacity(tenants.len());
    for &(id, key) in &tenants {
        if id.is_empty() || id.len() > MAX_ID_BYTES {
            return Err(BuildError::Length(id.to_owned()));
        }
        records.push(Record { bucket: 0, id, class: classes.get(&key).copied().unwrap_or_default() });
    }
    records.sort_unstable_by_key(|record| record.id);
    if let Some([twice, _]) = records.array_windows().find(|[a, b]| a.id == b.id) {
        return Err(BuildError::Duplicate(twice.id.to_owned()));
    }
    let bytes = lay_out(records)?;
    Ok((classes.into_keys().collect(), bytes))
}

struct Record<'a> {
    bucket: u32,
    id: &'a str,
    class: u16,
}

impl Record<'_> {
    const fn len(&self) -> usize {
        RECORD_BYTES + self.id.len()
    }
}

/// Lays out distinct records, sorted by id.
fn lay_out(mut records: Vec<Record<'_>>) -> Result<Vec<u8>, BuildError> {
    let total: usize = records.iter().map(Record::len).sum();
    if total > MAX_RECORDS_BYTES {
        return Err(BuildError::Size);
    }
    let (seed, sizes) = spread(&mut records)?;
    let records_at = HEADER_BYTES + (sizes.len() + 1) * OFFSET_BYTES;
    let mut bytes = Vec::with_capacity(records_at + total);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&(records.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&(sizes.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&seed.to_le_bytes());
    bytes.extend_from_slice(&(total as u32).to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);

    // Where the next record of each bucket goes.
    let mut ends = Vec::with_capacity(sizes.len());
    let mut end = 0;
    for size in sizes {
        bytes.extend_from_slice(&(end as u32).to_le_bytes());
        ends.push(records_at + end);
        end += size;
    }
    bytes.extend_from_slice(&(end as u32).to_le_bytes());
    bytes.resize(bytes.len() + total, 0);
    for record in &records {
        // Every bucket is as large as its records, so that there is a place for each.
        place(record, ends.get_mut(record.bucket as usize), &mut bytes).ok_or(BuildError::Size)?;
    }
    Ok(bytes)
}

/// Writes a record at the end of its bucket, and moves the end.
fn place(record: &Record<'_>, end: Option<&mut usize>, bytes: &mut [u8]) -> Option<()> {
    let end = end?;
    let (head, id) = bytes.get_mut(*end..*end + record.len())?.split_at_mut(RECORD_BYTES);
    let [low, high] = record.class.to_le_bytes();
    head.copy_from_slice(&[record.id.len() as u8, low, high]);
    id.copy_from_slice(record.id.as_bytes());
    *end += record.len();
    Some(())
}

/// Finds a seed and a number of buckets with which no bucket is over [`BUCKET_BYTES`]; notes each record's
/// bucket, and returns the seed and the bytes in each bucket.
fn spread(records: &mut [Record<'_>]) -> Result<(u64, Vec<usize>), BuildError> {
    let mut buckets = (records.len() / TENANTS_PER_BUCKET).max(1).next_power_of_two();
    while buckets <= MAX_BUCKETS {
        for seed in 0..SEEDS {
            let mut sizes = vec![0; buckets];
            for record in records.iter_mut() {
                record.bucket = bucket_of(record.id.as_bytes(), seed, buckets as u32);
                if let Some(size) = sizes.get_mut(record.bucket as usize) {
                    *size += record.len();
                }
            }
            if sizes.iter().all(|&size| size <= BUCKET_BYTES) {
                return Ok((seed, sizes));
            }
        }
        buckets *= 2;
    }
    Err(BuildError::Size)
}
