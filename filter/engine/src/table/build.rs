//! Lays a table out.

use super::{BUCKET_BYTES, HEADER_BYTES, MAGIC, OFFSET_BYTES, RECORD_BYTES, VERSION, bucket_of};
use crate::config::{MAX_ID_BYTES, Tenant};
use std::collections::BTreeMap;

/// Tenants per bucket to start from: few enough that a bucket is a cache line or two.
const TENANTS_PER_BUCKET: usize = 4;
/// Seeds to try before the number of buckets doubles.
const SEEDS: u64 = 4;

/// What the filter has to know of a tenant; borrowed form of [`Tenant`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attributes<'a> {
    /// Home cluster.
    pub cluster: &'a str,
    /// Tier.
    pub tier: &'a str,
    /// Whether every request is refused.
    pub suspended: bool,
}

impl<'a> From<&'a Tenant> for Attributes<'a> {
    fn from(tenant: &'a Tenant) -> Self {
        Self { cluster: &tenant.cluster, tier: &tenant.tier, suspended: tenant.suspended }
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
    #[error("more than 65,536 distinct combinations of cluster, tier and status")]
    Classes,
    /// More tenants than offsets can span.
    #[error("the tenant table would be larger than 2 GiB")]
    Size,
}

/// Lays out a table. The same tenants give the same bytes, in whatever order they come.
pub fn pack<'a, I>(tenants: I) -> Result<Packed, BuildError>
where
    I: IntoIterator<Item = (&'a str, Attributes<'a>)>,
{
    let tenants: Vec<(&str, Attributes<'_>)> = tenants.into_iter().collect();
    let mut classes: BTreeMap<Attributes<'_>, u16> = tenants.iter().map(|&(_, attributes)| (attributes, 0)).collect();
    for (index, class) in classes.values_mut().enumerate() {
        *class = u16::try_from(index).map_err(|_| BuildError::Classes)?;
    }
    let mut records = Vec::with_capacity(tenants.len());
    for &(id, attributes) in &tenants {
        if id.is_empty() || id.len() > MAX_ID_BYTES {
            return Err(BuildError::Length(id.to_owned()));
        }
        let class = *classes.get(&attributes).ok_or(BuildError::Classes)?;
        records.push(Record { bucket: 0, id, class });
    }
    let bytes = lay_out(records)?;
    let classes = classes
        .into_keys()
        .map(|Attributes { cluster, tier, suspended }| Tenant {
            cluster: cluster.to_owned(),
            tier: tier.to_owned(),
            suspended,
        })
        .collect();
    Ok(Packed { classes, bytes })
}

struct Record<'a> {
    bucket: u32,
    id: &'a str,
    class: u16,
}

fn lay_out(mut records: Vec<Record<'_>>) -> Result<Vec<u8>, BuildError> {
    let total: usize = records.iter().map(|record| RECORD_BYTES + record.id.len()).sum();
    let (seed, buckets) = spread(&mut records)?;
    records.sort_unstable_by(|a, b| (a.bucket, a.id).cmp(&(b.bucket, b.id)));
    if let Some(pair) = records.windows(2).find(|pair| matches!(pair, [a, b] if a.id == b.id)) {
        return Err(BuildError::Duplicate(pair.first().map_or_else(String::new, |record| record.id.to_owned())));
    }

    let size = HEADER_BYTES + (buckets as usize + 1) * OFFSET_BYTES + total;
    if size > i32::MAX as usize {
        return Err(BuildError::Size);
    }
    let mut bytes = Vec::with_capacity(size);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&(records.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&buckets.to_le_bytes());
    bytes.extend_from_slice(&seed.to_le_bytes());
    bytes.extend_from_slice(&(total as u32).to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    let mut end = 0u32;
    let mut rest = records.as_slice();
    for bucket in 0..buckets {
        bytes.extend_from_slice(&end.to_le_bytes());
        let here = rest.iter().take_while(|record| record.bucket == bucket).count();
        let (inside, beyond) = rest.split_at(here);
        end += inside.iter().map(|record| (RECORD_BYTES + record.id.len()) as u32).sum::<u32>();
        rest = beyond;
    }
    bytes.extend_from_slice(&end.to_le_bytes());
    for record in &records {
        bytes.push(record.id.len() as u8);
        bytes.extend_from_slice(&record.class.to_le_bytes());
        bytes.extend_from_slice(record.id.as_bytes());
    }
    Ok(bytes)
}

/// Finds a seed and a number of buckets with which no bucket is over [`BUCKET_BYTES`], and notes each
/// record's bucket.
fn spread(records: &mut [Record<'_>]) -> Result<(u64, u32), BuildError> {
    let mut buckets = (records.len() / TENANTS_PER_BUCKET).max(1).next_power_of_two();
    let mut sizes = Vec::new();
    loop {
        let count = u32::try_from(buckets).map_err(|_| BuildError::Size)?;
        for seed in 0..SEEDS {
            sizes.clear();
            sizes.resize(buckets, 0usize);
            for record in records.iter_mut() {
                record.bucket = bucket_of(record.id.as_bytes(), seed, count);
                if let Some(size) = sizes.get_mut(record.bucket as usize) {
                    *size += RECORD_BYTES + record.id.len();
                }
            }
            if sizes.iter().all(|&size| size <= BUCKET_BYTES) {
                return Ok((seed, count));
            }
        }
        // Only copies of one id can fill a bucket whatever the seed.
        if buckets > records.len().saturating_mul(64) {
            let mut ids: Vec<&str> = records.iter().map(|record| record.id).collect();
            ids.sort_unstable();
            let twice = ids.windows(2).find_map(|pair| match pair {
                [a, b] if a == b => Some((*a).to_owned()),
                _ => None,
            });
            return Err(twice.map_or(BuildError::Size, BuildError::Duplicate));
        }
        buckets *= 2;
    }
}
