//! `kustomization.yaml`, so that `kubectl apply -k` takes a cluster's directory.

use super::manifest::Document;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kustomization<'a> {
    api_version: &'static str,
    kind: &'static str,
    resources: &'a [String],
}

/// Lists a cluster's files in the order in which they are applied.
pub fn emit(resources: &[String]) -> Document {
    Document::file(&Kustomization { api_version: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources })
}
