//! The frame of every Kubernetes object, and how it becomes YAML.

use crate::plan::ClusterPlan;
use indexmap::IndexMap;
use serde::Serialize;

/// Ordered string map, as labels and selectors are.
pub type Labels = IndexMap<String, String>;

/// An object with a `spec`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest<S> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    #[serde(skip_serializing_if = "Option::is_none")]
    spec: Option<S>,
}

#[derive(Clone, Debug, Serialize)]
struct Metadata {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    labels: Labels,
}

impl<S: Serialize> Manifest<S> {
    /// An object in a namespace.
    pub fn new(plan: &ClusterPlan, api_version: &'static str, kind: &'static str, at: (&str, &str), spec: S) -> Self {
        let (namespace, name) = at;
        let metadata =
            Metadata { name: name.to_owned(), namespace: Some(namespace.to_owned()), labels: own_labels(plan) };
        Self { api_version, kind, metadata, spec: Some(spec) }
    }

    /// The object as one YAML document.
    pub fn document(&self) -> Document {
        let Metadata { name, namespace, .. } = &self.metadata;
        let place = namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let bytes = serde_json::to_vec(self).map_or(0, |json| json.len());
        Document { object: Some((format!("{} {place}{name}", self.kind), bytes)), yaml: yaml(self) }
    }
}

impl Manifest<()> {
    /// An object of the whole cluster that is nothing but its labels.
    pub fn bare(
        plan: &ClusterPlan,
        api_version: &'static str,
        kind: &'static str,
        name: &str,
        more: &[(&str, &str)],
    ) -> Self {
        let mut labels = own_labels(plan);
        labels.extend(pairs(more));
        let metadata = Metadata { name: name.to_owned(), namespace: None, labels };
        Self { api_version, kind, metadata, spec: None }
    }
}

/// One YAML document, without comments.
#[derive(Clone, Debug)]
pub struct Document {
    /// Kind, namespace and name, and the size as JSON, for an object of the cluster.
    pub object: Option<(String, usize)>,
    /// The text.
    pub yaml: String,
}

impl Document {
    /// A document that is no object of the cluster, such as Helm values.
    pub fn file(value: &impl Serialize) -> Self {
        Self { object: None, yaml: yaml(value) }
    }
}

/// Labels on everything that the compiler writes.
pub fn own_labels(plan: &ClusterPlan) -> Labels {
    pairs(&[("app.kubernetes.io/managed-by", "tenantry"), ("app.kubernetes.io/part-of", &plan.policy)])
}

/// A label map from pairs.
pub fn pairs(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// A `matchLabels` selector.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Selector {
    match_labels: Labels,
}

impl Selector {
    /// Selects pods with all of these labels.
    pub fn new(labels: &Labels) -> Self {
        Self { match_labels: labels.clone() }
    }

    /// Selects the ingress gateway's pods.
    pub fn gateway() -> Self {
        Self { match_labels: gateway_labels() }
    }
}

/// Labels of the ingress gateway's pods.
pub fn gateway_labels() -> Labels {
    pairs(&[("istio", "ingressgateway")])
}

/// DNS name of a Kubernetes Service.
pub fn service_host(service: &str, namespace: &str) -> String {
    format!("{service}.{namespace}.svc.cluster.local")
}

/// YAML in block style. Strings that any YAML 1.1 reader could take for something else are quoted.
fn yaml(value: &impl Serialize) -> String {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(value, options)
        .expect("manifests hold only strings, integers and finite floats")
}
