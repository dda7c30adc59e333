//! What is behind: one backend for each way that tenants go.

use super::{ANY, RESOLVERS};
use crate::emit::front_door::probe;
use crate::plan::door::{DoorPlan, Upstream, Way};

/// What every backend has in common.
pub fn defaults(plan: &DoorPlan) -> String {
    format!(
        "    # The name that a client asks for is the one that the cluster's certificate has to hold.
    default-server ssl verify required ca-file {} sni var(txn.host) alpn h2,http/1.1 ws h1
    # Up after two good checks, down after two bad ones.
    default-server check check-alpn http/1.1 inter 2s fastinter 1s downinter 2s rise 2 fall 2
    # An address that cannot be found does not keep the others from being served.
    default-server init-addr last,libc,none resolve-prefer ipv4
",
        plan.trust
    )
}

/// Addresses are looked up again while HAProxy runs, in DNS alone: not those that only this machine knows.
pub fn resolvers(plan: &DoorPlan) -> String {
    if plan.clusters.iter().all(is_local) {
        return String::new();
    }
    format!(
        "# Clusters move to other addresses without a reload.
resolvers {RESOLVERS}
    parse-resolv-conf
    accepted_payload_size 8192
    hold valid 10s
"
    )
}

/// Every way, and any cluster.
pub fn emit(plan: &DoorPlan) -> impl Iterator<Item = String> {
    plan.ways.iter().map(|way| backend(plan, way)).chain((!plan.exempt.is_empty()).then(|| any(plan)))
}

fn backend(plan: &DoorPlan, way: &Way) -> String {
    let failover = way.clusters.len() > 1;
    let mut text = format!("backend {}\n{}", way.name, check(plan, &way.clusters));
    if failover {
        text += "    # One connection that fails marks the cluster down until its checks are good again, so that the second try
    # goes to the next.
    option redispatch 1
    default-server observe layer4 error-limit 1 on-error mark-down
";
    }
    for (place, name) in way.clusters.iter().enumerate() {
        if let Some(cluster) = plan.clusters.iter().find(|cluster| cluster.name == *name) {
            text += &server(plan, cluster, if place == 0 { "" } else { " backup" });
        }
    }
    text
}

fn any(plan: &DoorPlan) -> String {
    let clusters: Vec<String> = plan.clusters.iter().map(|cluster| cluster.name.clone()).collect();
    let mut text =
        format!("backend {ANY}\n{}    option redispatch 1\n    balance roundrobin\n", check(plan, &clusters));
    for cluster in &plan.clusters {
        text += &server(plan, cluster, "");
    }
    text
}

fn check(plan: &DoorPlan, clusters: &[String]) -> String {
    let first = plan.clusters.iter().find(|cluster| clusters.first() == Some(&cluster.name));
    let Some((path, cluster)) = plan.health.as_ref().zip(first) else { return String::new() };
    format!(
        "    option httpchk
    http-check send meth GET uri {path} ver HTTP/1.1 hdr Host {}
    http-check expect status 200
",
        probe::host(plan, cluster)
    )
}

fn server(plan: &DoorPlan, cluster: &Upstream, role: &str) -> String {
    let Upstream { name, host, port } = cluster;
    let probed = probe::host(plan, cluster);
    let resolvers = if is_local(cluster) { String::new() } else { format!(" resolvers {RESOLVERS}") };
    format!("    server {name} {host}:{port} check-sni {probed}{resolvers}{role}\n")
}

/// Whether the name is never in DNS (RFC 6761, section 6.3).
fn is_local(cluster: &Upstream) -> bool {
    cluster.host == "localhost" || cluster.host.ends_with(".localhost")
}
