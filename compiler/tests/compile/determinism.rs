//! The same policy gives the same bytes.

use crate::support::{compiled, load, policies, policy};

#[test]
fn every_policy_compiles_to_the_same_bytes_twice() {
    for path in policies() {
        let once = compiled(&load(&path)).artifacts;
        assert_eq!(once, compiled(&load(&path)).artifacts, "{}", path.display());
    }
}

#[test]
fn one_cluster_alone_compiles_to_the_same_bytes_as_among_all() {
    for path in policies() {
        let policy = load(&path);
        let all = compiled(&policy).artifacts;
        for cluster in policy.clusters.keys() {
            let one = tenantry::emit::compile(&policy, &crate::support::stand_in(), Some(cluster)).expect("compiles");
            for (file, bytes) in one.artifacts.iter() {
                assert!(file.starts_with("filter/") || file.starts_with(&format!("{cluster}/")), "{file}");
                assert_eq!(all.get(file), Some(bytes), "{file}");
            }
        }
    }
}

mod property {
    use super::{compiled, policy};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn the_order_in_which_tenants_are_written_does_not_matter(
            tenants in prop::collection::btree_map("[a-z][a-z0-9]{0,12}", any::<(bool, bool, bool)>(), 1..40),
            seed in any::<prop::sample::Index>(),
        ) {
            let mut lines: Vec<String> = tenants.iter().map(|(id, attributes)| line(id, *attributes)).collect();
            let sorted = text(&lines);
            let turn = seed.index(lines.len());
            lines.rotate_left(turn);
            lines.reverse();
            prop_assert_eq!(compiled(&policy(&sorted)).artifacts, compiled(&policy(&text(&lines))).artifacts);
        }

        #[test]
        fn every_tenant_reaches_the_filter_as_the_policy_says(
            tenants in prop::collection::btree_map("[a-z][a-z0-9]{0,12}", any::<(bool, bool, bool)>(), 1..40),
        ) {
            let lines: Vec<String> = tenants.iter().map(|(id, attributes)| line(id, *attributes)).collect();
            let compiled = compiled(&policy(&text(&lines)));
            for cluster in ["us", "eu"] {
                let extension = &crate::support::parse(&compiled.artifacts, &format!("{cluster}/traffic-extension.yaml"))[0];
                let inline = extension["spec"]["wasm"]["pluginConfig"]["tenants"]["inline"].clone();
                let told: BTreeMap<String, tenantry_engine::config::Tenant> =
                    serde_json::from_value(inline).expect("a readable table");
                prop_assert_eq!(told.len(), tenants.len());
                for (id, (eu, gold, suspended)) in &tenants {
                    let tenant = &told[id];
                    prop_assert_eq!(tenant.cluster == "eu", *eu);
                    prop_assert_eq!(tenant.tier == "gold", *gold);
                    prop_assert_eq!(tenant.suspended, *suspended);
                }
            }
        }
    }

    fn line(id: &str, (eu, gold, suspended): (bool, bool, bool)) -> String {
        let cluster = if eu { "eu" } else { "us" };
        let tier = if gold { "gold" } else { "standard" };
        let status = if suspended { ", status: suspended" } else { "" };
        format!("  \"{id}\": {{cluster: {cluster}, tier: {tier}{status}}}")
    }

    fn text(lines: &[String]) -> String {
        let base = std::fs::read_to_string(crate::support::root().join("policies/cogniverse.yaml")).expect("a policy");
        let (before, rest) = base.split_once("\ntenants:\n").expect("tenants");
        let after = &rest[rest.find("\n\n").expect("the end of the tenants")..];
        let routes = after.replace(", tenants: [acme_corp]", "");
        format!("{before}\ntenants:\n{}\n{routes}", lines.join("\n"))
    }
}
