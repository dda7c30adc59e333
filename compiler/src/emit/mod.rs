//! Writes a plan down: one file per target, none of which thinks.

mod api_key;
mod artifacts;
mod environment;
pub mod filter;
pub mod front_door;
mod install;
mod istio;
mod jwks;
mod kubernetes;
mod kustomization;
mod manifest;
mod mesh_config;
pub mod moves;
mod phoenix;
mod quantity;

pub use api_key::SIGNING_ENTRY;
pub use artifacts::Artifacts;

use crate::module::EmbedError;
use crate::plan::moves::Stage;
use crate::plan::tenants;
use crate::plan::{self, ClusterPlan};
use crate::policy::Policy;
use filter::{Filter, Module};
use manifest::Document;
use std::collections::BTreeSet;
use std::io;
use tenantry_engine::table::BuildError;

/// Why a checked policy could still not be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The policy has no such cluster.
    #[error("the policy has no cluster `{0}`")]
    NoCluster(String),
    /// Two parts of the policy ask for the same object.
    #[error("two parts of the policy compile to the same object, `{0}`; rename one of them")]
    SameObject(String),
    /// `filter.url` is absent.
    #[error("the policy does not say where proxies fetch the filter: `filter.url` is missing")]
    NoUrl,
    /// The URL pins an image other than the one just built.
    #[error(
        "`filter.url` pins the image `{pinned}`, but this policy's image is `sha256:{built}`; name it by its tag, the manifests pin the digest"
    )]
    OtherDigest {
        /// The digest in the URL.
        pinned: String,
        /// The digest of the image for this policy.
        built: String,
    },
    /// The base module is not the filter.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// The tenants cannot be laid out as a table.
    #[error(transparent)]
    Table(#[from] BuildError),
    /// The module could not be packed.
    #[error("the filter module could not be packed: {0}")]
    Pack(#[source] io::Error),
}

/// What a policy compiles to.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The files.
    pub artifacts: Artifacts,
    /// The objects in them.
    pub objects: Vec<Object>,
    /// The module that proxies fetch.
    pub module: Module,
}

/// An object that `kubectl` or `istioctl` is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its cluster.
    pub cluster: String,
    /// Kind, namespace and name, as in `Gateway istio-system/shop`; unique in its cluster.
    pub name: String,
    /// Size as JSON.
    pub bytes: usize,
}

/// Name of the ingress gateway's port for forwards; Istio reads the protocol from its beginning.
const FORWARD_PORT_NAME: &str = "https-forward";

/// Directory of the filter module, below the output directory.
pub const FILTER_DIR: &str = "filter";

/// Compiles a policy that the checks let through: every cluster, or the one called `only`, and the filter that all
/// of them fetch. `base` is the built filter module.
///
/// # Errors
/// See [`CompileError`].
pub fn compile(policy: &Policy, base: &[u8], only: Option<&str>) -> Result<Compiled, CompileError> {
    if let Some(name) = only.filter(|name| !policy.clusters.contains_key(*name)) {
        return Err(CompileError::NoCluster(name.to_owned()));
    }
    let table = tenants::table(policy)?;
    let mut artifacts = Artifacts::default();
    let module = filter::package(policy, base, &table, &mut artifacts)?;
    let mut compiled = Compiled { artifacts, objects: Vec::new(), module };
    for name in policy.clusters.keys().filter(|name| only.is_none_or(|only| only == *name)) {
        if let Some(plan) = plan::plan(policy, name) {
            let filter = Filter::new(policy, name, &compiled.module, &table, Stage::Before);
            compiled.cluster(&plan, &filter);
        }
    }
    // What belongs to no single cluster is left as it is when one alone is compiled.
    if only.is_none() {
        if let Some(door) = plan::door::plan(policy, false) {
            front_door::emit(policy, &door, &mut compiled.artifacts);
        }
        moves::emit(policy, &compiled.module, &table, &mut compiled.artifacts);
    }
    let mut seen = BTreeSet::new();
    match compiled.objects.iter().find(|object| !seen.insert((&object.cluster, &object.name))) {
        Some(object) => Err(CompileError::SameObject(object.name.clone())),
        None => Ok(compiled),
    }
}

type Emitter = fn(&ClusterPlan) -> Vec<Document>;

/// What `kubectl apply -k` takes, in the order in which it makes sense to read.
const APPLIED: [(&str, Emitter); 12] = [
    ("namespace.yaml", kubernetes::namespace::emit),
    ("peer-authentication.yaml", istio::peer_authentication::emit),
    ("authorization-policy.yaml", istio::authorization_policy::emit),
    ("request-authentication.yaml", istio::request_authentication::emit),
    ("gateway.yaml", istio::gateway::emit),
    ("virtual-service.yaml", istio::virtual_service::emit),
    ("destination-rule.yaml", istio::destination_rule::emit),
    ("service-entry.yaml", istio::service_entry::emit),
    ("sidecar.yaml", istio::sidecar::emit),
    ("envoy-filter.yaml", istio::envoy_filter::emit),
    ("telemetry.yaml", istio::telemetry::emit),
    ("phoenix.yaml", phoenix::emit),
];

/// What installs Istio, which `kubectl` does not read.
const INSTALLED: [(&str, Emitter); 5] = [
    ("install/istio-operator.yaml", install::operator::emit),
    ("install/helm/base.yaml", install::helm::base),
    ("install/helm/istiod.yaml", install::helm::istiod),
    ("install/helm/ingress-gateway.yaml", install::helm::ingress_gateway),
    ("install/helm/egress-gateway.yaml", install::helm::egress_gateway),
];

impl Compiled {
    fn cluster(&mut self, plan: &ClusterPlan, filter: &Filter) {
        let extension = (istio::traffic_extension::FILE, istio::traffic_extension::emit(plan, filter));
        let applied = APPLIED.iter().map(|(file, emit)| (*file, emit(plan))).chain([extension]);
        let mut resources = Vec::new();
        for (file, documents) in applied.filter(|(_, documents)| !documents.is_empty()) {
            self.add(plan, file, &documents);
            resources.push(file.to_owned());
        }
        self.add(plan, "kustomization.yaml", &[kustomization::emit(&resources)]);
        for (file, emit) in INSTALLED {
            let documents = emit(plan);
            if !documents.is_empty() {
                self.add(plan, file, &documents);
            }
        }
    }

    fn add(&mut self, plan: &ClusterPlan, file: &str, documents: &[Document]) {
        let objects = documents.iter().filter_map(|document| document.object.clone());
        self.objects.extend(objects.map(|(name, bytes)| Object { cluster: plan.cluster.clone(), name, bytes }));
        self.artifacts.add(format!("{}/{file}", plan.cluster), text(plan, documents));
    }
}

/// A file of documents under a comment that says where it comes from.
fn text(plan: &ClusterPlan, documents: &[Document]) -> String {
    let documents: Vec<&str> = documents.iter().map(|document| document.yaml.as_str()).collect();
    format!(
        "# Generated by tenantry from the policy {} for the cluster {}. Change the policy, not this file.\n{}",
        plan.policy,
        plan.cluster,
        documents.join("---\n")
    )
}
