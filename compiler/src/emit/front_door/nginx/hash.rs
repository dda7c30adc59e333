//! Sizes of NGINX's hash tables, computed as NGINX itself fills them.

/// Pointers, and the unit to which entries are rounded, in bytes.
const WORD: usize = 8;
/// The smallest bucket: a cache line.
const LINE: usize = 64;
/// A table of more than this many buckets is tried from [`STEPS`] below its largest size on, a smaller one from few buckets on.
const LARGE: usize = 10_000;
const STEPS: usize = 1_000;

/// The directives for the tenants' map and the names of servers.
pub fn sizes<'a>(keys: impl Iterator<Item = &'a str>, hosts: &[String]) -> String {
    let keys: Vec<&str> = keys.collect();
    let (max, bucket) = table(&keys, 2_048);
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let (server_max, server_bucket) = table(&hosts, 512);
    format!(
        "    map_hash_max_size {max};
    map_hash_bucket_size {bucket};
    server_names_hash_max_size {server_max};
    server_names_hash_bucket_size {server_bucket};"
    )
}

/// The most buckets, at least `least`, and the size of each in bytes, so that NGINX finds room for every key at once.
fn table(keys: &[&str], least: usize) -> (usize, usize) {
    let max = (keys.len() * 2).next_power_of_two().max(least);
    let buckets = if max > LARGE { max - STEPS } else { max };
    let mut filled = vec![0; buckets];
    for key in keys {
        // NGINX keeps a pointer, the length and the key of each entry.
        filled[hash(key) % buckets] += WORD + (key.len() + 2).next_multiple_of(WORD);
    }
    // And one word more ends the bucket.
    let fullest = filled.into_iter().max().unwrap_or_default() + WORD;
    (max, fullest.next_power_of_two().max(LINE))
}

/// NGINX's hash of a key, which ignores its case.
fn hash(key: &str) -> usize {
    key.bytes().fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.to_ascii_lowercase().into()))
}

#[cfg(test)]
mod tests {
    use super::{hash, table};

    #[test]
    fn the_hash_is_nginx_s() {
        assert_eq!(hash(""), 0);
        assert_eq!(hash("ab"), 97 * 31 + 98);
        assert_eq!(hash("AB"), hash("ab"));
    }

    #[test]
    fn tables_hold_their_keys() {
        assert_eq!(table(&[], 2_048), (2_048, 64));
        // 8 + 136 bytes for the entry, and the word that ends the bucket.
        let long = "x".repeat(128);
        assert_eq!(table(&[&long], 2_048), (2_048, 256));
        let many: Vec<String> = (0..100_000).map(|number| format!("tenant_{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let (max, bucket) = table(&many, 2_048);
        assert_eq!(max, 262_144);
        assert!((128..=1_024).contains(&bucket), "{bucket}");
    }
}
