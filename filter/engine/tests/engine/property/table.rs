//! A tenant is in the table exactly if it was put there.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use tenantry_engine::table::{Attributes, Table, pack};

proptest! {
    #[test]
    fn members_and_only_members_are_found(
        tenants in btree_map("[a-c]{1,6}|[a-z0-9:_]{1,128}", 0..4usize, 0..200),
        probes in vec("[a-c]{1,6}|[a-z]{0,10}", 0..50),
    ) {
        let tiers = ["free", "standard", "gold", "internal"];
        let attributes = |tier: usize| Attributes { cluster: "us", standby: &[], tier: tiers[tier], suspended: tier == 3 };
        let packed = pack(tenants.iter().map(|(id, &tier)| (id.as_str(), attributes(tier)))).unwrap();
        let table = Table::open(Box::new(packed.bytes)).unwrap();
        prop_assert_eq!(table.verify(packed.classes.len()), Ok(()));
        for id in tenants.keys().chain(&probes) {
            let found = table.lookup(id.as_bytes()).map(|class| packed.classes[usize::from(class)].tier.as_str());
            prop_assert_eq!(found, tenants.get(id).map(|&tier| tiers[tier]), "{}", id);
        }
    }

    #[test]
    fn no_bytes_make_a_lookup_fail(
        ids in vec("[a-z]{1,20}", 1..100),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 0..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let tenants: std::collections::BTreeSet<String> = ids.iter().cloned().collect();
        let gold = Attributes { cluster: "us", standby: &[], tier: "gold", suspended: false };
        let mut bytes = pack(tenants.iter().map(|id| (id.as_str(), gold))).unwrap().bytes;
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let short = bytes[..cut.index(bytes.len())].to_vec();
        for bytes in [bytes, short] {
            if let Ok(table) = Table::open(Box::new(bytes)) {
                let _ = (table.verify(1), table.digest());
                for id in &ids {
                    let _ = table.lookup(id.as_bytes());
                }
            }
        }
    }
}
