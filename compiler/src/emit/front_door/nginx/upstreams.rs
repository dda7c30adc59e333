//! The ways as groups of servers.

use super::modules;
use crate::plan::door::{DoorPlan, Upstream};

/// Memory that the workers share to know which servers fail: a base, and room for several addresses of each server, in KiB.
const ZONE_BASE: usize = 256;
const ZONE_SERVER: usize = 8;

/// Each way, and one group of all clusters for what needs no tenant; a second time for gRPC, whose connections are HTTP/2
/// and must not be mixed with others.
pub fn text(plan: &DoorPlan) -> String {
    let mut groups: Vec<(String, Vec<&Upstream>, bool)> = Vec::new();
    for module in modules(plan) {
        let prefix = if module == "grpc" { "grpc." } else { "" };
        for way in &plan.ways {
            let servers = way.clusters.iter().filter_map(|name| plan.clusters.iter().find(|it| it.name == *name));
            groups.push((format!("{prefix}way.{}", way.name), servers.collect(), true));
        }
        if !plan.exempt.is_empty() {
            groups.push((format!("{prefix}exempt"), plan.clusters.iter().collect(), false));
        }
    }
    let servers: usize = groups.iter().map(|(_, servers, _)| servers.len()).sum();
    let zone = ZONE_BASE + ZONE_SERVER * servers;
    let groups: Vec<String> =
        groups.iter().map(|(name, servers, ordered)| group(name, servers, *ordered, zone)).collect();
    format!("{ABOUT}\n{}", groups.join("\n"))
}

const ABOUT: &str = "    # Where requests go. NGINX has no health checks of its own that ask a cluster: one that fails three requests within ten
    # seconds is left alone for ten, and its requests go to the backup, if its way has one; a way of one cluster is always
    # tried. Idle connections are kept for less time than gateways keep them, so that both ends never close at once.";

fn group(name: &str, servers: &[&Upstream], ordered: bool, zone: usize) -> String {
    let servers: String = servers
        .iter()
        .enumerate()
        .map(|(place, Upstream { host, port, .. })| {
            let backup = if ordered && place > 0 { " backup" } else { "" };
            format!("        server {host}:{port} max_fails=3 fail_timeout=10s{backup};\n")
        })
        .collect();
    format!(
        "    upstream {name} {{
        zone tenantry {zone}k;
{servers}        keepalive 64;
        keepalive_requests 10000;
        keepalive_timeout 60s;
    }}"
    )
}
