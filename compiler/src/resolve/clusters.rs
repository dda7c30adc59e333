//! `clusters`.

use super::form::{Entries, record};
use super::formats::Endpoint;
use crate::policy::{Cluster, Named};
use crate::source::Spanned;

record! {
    /// A cluster of the mesh.
    pub struct ClusterForm {
        /// The host of the cluster's gateway, perhaps with a port. Other clusters forward or redirect to it over HTTPS.
        "endpoint" endpoint: Endpoint, required, example "us-cluster.example.com";
    }
}

pub fn lower(entries: Entries<ClusterForm>) -> Option<Named<Cluster>> {
    entries
        .into_iter()
        .map(|(name, cluster)| {
            let cluster = Cluster { endpoint: cluster?.value.endpoint? };
            Some((name.value, Spanned::new(cluster, name.span)))
        })
        .collect()
}
