//! Forwarding ends, whatever each cluster believes and whatever a client says.

use crate::fixture::{gateway, get};
use proptest::prelude::*;
use tenantry_engine::Config;
use tenantry_engine::config::{Cluster, Tenants};

const CLUSTERS: [&str; 4] = ["ap", "eu", "sa", "us"];

/// The gateway of a cluster that takes `home` for the home of `tenant_a`.
fn believing(cluster: usize, home: usize) -> Config {
    gateway(|config| {
        let endpoint = |name: &str| Cluster { endpoint: format!("{name}.example.com") };
        config.clusters = CLUSTERS.map(|name| (name.to_owned(), endpoint(name))).into();
        CLUSTERS[cluster].clone_into(&mut config.cluster);
        let Tenants::Inline(tenants) = &mut config.tenants else { unreachable!() };
        tenants.retain(|id, _| id == "tenant_a");
        tenants.values_mut().for_each(|tenant| CLUSTERS[home].clone_into(&mut tenant.cluster));
    })
}

proptest! {
    #[test]
    fn a_request_visits_no_cluster_twice(
        beliefs in prop::array::uniform4(0..CLUSTERS.len()),
        first in 0..CLUSTERS.len(),
        forged in "([a-z]{2}|us|eu|ap|sa|,| ){0,6}",
    ) {
        let gateways: Vec<Config> = beliefs.iter().enumerate().map(|(at, home)| believing(at, *home)).collect();
        let (mut at, mut via, mut visited) = (first, forged, Vec::new());
        loop {
            prop_assert!(!visited.contains(&at), "{} again after {:?}", CLUSTERS[at], visited);
            visited.push(at);
            let request = get("/search").tenant("tenant_a").header("x-tenantry-via", &via);
            let verdict = request.verdict(&gateways[at]);
            let Some(next) = verdict.strip_prefix("forward:") else {
                prop_assert_eq!(verdict.as_str(), if beliefs[at] == at { "allow" } else { "refuse:forward-loop" });
                break;
            };
            at = CLUSTERS.iter().position(|name| *name == next).unwrap();
            let stamps = request.set(&gateways[visited[visited.len() - 1]]);
            via = stamps.into_iter().find(|(name, _)| name == "x-tenantry-via").unwrap().1;
        }
    }
}
