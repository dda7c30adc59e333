//! The tenant table.

use std::sync::{Arc, Mutex};
use tenantry_engine::config::Tenant;
use tenantry_engine::table::{Attributes, Blob, BuildError, Packed, Table, TableError, pack};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const GOLD: Attributes<'static> = Attributes { cluster: "us", standby: &[], tier: "gold", suspended: false };
const STANDARD: Attributes<'static> = Attributes { cluster: "eu", standby: &[], tier: "standard", suspended: false };

fn packed(ids: &[String]) -> Packed {
    let tenants = ids.iter().enumerate().map(|(n, id)| (id.as_str(), if n % 3 == 0 { GOLD } else { STANDARD }));
    pack(tenants).expect("the ids are distinct")
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("tenant-{n:06}")).collect()
}

fn open(bytes: Vec<u8>) -> Result<Table, TableError> {
    Table::open(Box::new(bytes))
}

#[test]
fn members_are_found_with_their_class_and_others_are_not() {
    for count in [0, 1, 2, 7, 1_000, 20_000] {
        let ids = ids(count);
        let Packed { classes, bytes } = packed(&ids);
        let table = open(bytes).expect("it was just built");
        assert_eq!((table.len(), table.verify(classes.len())), (count, Ok(())));
        for (n, id) in ids.iter().enumerate() {
            let class = table.lookup(id.as_bytes()).and_then(|class| classes.get(usize::from(class)));
            assert_eq!(
                class.map(|tenant| tenant.tier.as_str()),
                Some(if n % 3 == 0 { "gold" } else { "standard" }),
                "{id}"
            );
        }
        for other in ["", "tenant-", "tenant-1000000", "tenant-00000", "Tenant-000000"] {
            assert_eq!(table.lookup(other.as_bytes()), None, "{other}");
        }
    }
}

#[test]
fn the_same_tenants_give_the_same_bytes() {
    let ids = ids(500);
    let forward = pack(ids.iter().map(|id| (id.as_str(), GOLD)));
    let backward = pack(ids.iter().rev().map(|id| (id.as_str(), GOLD)));
    assert_eq!(forward, backward);
    // The layout is a contract between compiler and filter; another digest needs another version.
    let table = open(packed(&ids).bytes).expect("it was just built");
    assert_eq!(format!("{:016x}", table.digest()), "2ff645a4d19c9504");
}

#[test]
fn slugs_take_less_than_thirty_bytes_each() {
    let ids = ids(20_000);
    assert!(packed(&ids).bytes.len() < 30 * ids.len());
}

#[test]
fn classes_are_distinct_and_sorted() {
    let classes = packed(&ids(9)).classes;
    let tenant = |cluster: &str, tier: &str| Tenant {
        cluster: cluster.to_owned(),
        standby: Vec::new(),
        tier: tier.to_owned(),
        suspended: false,
    };
    assert_eq!(classes, [tenant("eu", "standard"), tenant("us", "gold")]);
}

#[test]
fn impossible_tables_are_refused() {
    assert_eq!(pack([("a", GOLD), ("b", GOLD), ("a", STANDARD)]), Err(BuildError::Duplicate("a".to_owned())));
    let copies = vec![("a", GOLD); 3_000];
    assert_eq!(pack(copies), Err(BuildError::Duplicate("a".to_owned())));
    assert_eq!(pack([("", GOLD)]), Err(BuildError::Length(String::new())));
    let long = "a".repeat(129);
    assert_eq!(pack([(long.as_str(), GOLD)]), Err(BuildError::Length(long.clone())));
}

#[test]
fn the_longest_ids_fit() {
    let ids: Vec<String> = (0..20_000).map(|n| format!("{n:0>128}")).collect();
    let table = open(packed(&ids).bytes).expect("it was just built");
    assert!(ids.iter().all(|id| table.lookup(id.as_bytes()).is_some()));
}

#[test]
fn damage_is_noticed_and_never_read_out_of_bounds() {
    let ids = ids(300);
    let Packed { classes, bytes } = packed(&ids);
    let digest = open(bytes.clone()).expect("it was just built").digest();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x81;
        let Ok(table) = open(damaged) else { continue };
        assert_ne!(table.digest(), digest, "byte {at}");
        let means_something = at < 28;
        assert!(!means_something || table.verify(classes.len()).is_err(), "byte {at}");
        for id in ids.iter().step_by(37) {
            let _ = table.lookup(id.as_bytes());
        }
    }
    for length in 0..bytes.len() {
        assert!(open(bytes[..length].to_vec()).is_err(), "{length} bytes");
    }
    assert_eq!(open(b"TNTY\x02".iter().copied().chain([0; 40]).collect()).err(), Some(TableError::Version(2)));
}

/// Bytes that count how they are read, as a data segment would be.
struct Counting {
    bytes: Vec<u8>,
    reads: Arc<Mutex<Vec<usize>>>,
}

impl Blob for Counting {
    fn len(&self) -> usize {
        self.bytes.len()
    }

    fn read(&self, offset: usize, into: &mut [u8]) -> bool {
        self.reads.lock().expect("one thread").push(into.len());
        self.bytes.read(offset, into)
    }
}

#[test]
fn a_lookup_is_two_small_reads() {
    let ids = ids(20_000);
    let reads = Arc::new(Mutex::new(Vec::new()));
    let blob = Counting { bytes: packed(&ids).bytes, reads: Arc::clone(&reads) };
    let table = Table::open(Box::new(blob)).expect("it was just built");
    for id in ids.iter().map(String::as_str).chain(["nobody"]) {
        reads.lock().expect("one thread").clear();
        let _ = table.lookup(id.as_bytes());
        let reads = reads.lock().expect("one thread");
        assert!(matches!(reads.as_slice(), [8, 0..=2048]), "{reads:?}");
    }
}
