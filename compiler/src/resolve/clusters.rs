//! `clusters`.

use super::form::{Entries, ForwardPort, record};
use super::formats::Endpoint;
use crate::policy::{Cluster, Named};
use crate::source::Spanned;

record! {
    /// A cluster of the mesh.
    pub struct ClusterForm {
        /// The host of the cluster's gateway, perhaps with the port that takes HTTPS. Clients that are redirected and front
        /// doors go there; other clusters forward to the same host, at `forwardPort`.
        "endpoint" endpoint: Endpoint, required, example "us-cluster.example.com";
        /// The gateway's port for what other clusters forward, with `elsewhere: forward`. It asks for the certificate of a
        /// gateway of the mesh, so that nobody else gets in there.
        "forwardPort" forward_port: ForwardPort, default "15443", example "15443";
    }
}

pub fn lower(entries: Entries<ClusterForm>) -> Option<Named<Cluster>> {
    entries
        .into_iter()
        .map(|(name, cluster)| {
            let cluster = cluster?.value;
            let cluster = Cluster { endpoint: cluster.endpoint?, forward_port: cluster.forward_port? };
            Some((name.value, Spanned::new(cluster, name.span)))
        })
        .collect()
}
