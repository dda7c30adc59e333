//! `mesh`.

use super::form::{List, choices, record};
use super::formats::IstioVersion;
use crate::policy::{AccessLog, Addon, Mesh, Mtls, Profile};

choices! {
    /// `mesh.profile`.
    pub ProfileForm => Profile {
        /// For homes and development: one replica of everything, no egress gateway.
        "minimal" => Profile::Minimal,
        /// For real use: several replicas, disruption budgets, an egress gateway, guaranteed resources.
        "production" => Profile::Production,
    }
    /// `mesh.mtls`.
    pub MtlsForm => Mtls {
        /// Workloads refuse plain text.
        "strict" => Mtls::Strict,
        /// Workloads take plain text as well, for the time of a migration.
        "permissive" => Mtls::Permissive,
    }
    /// `mesh.accessLog`.
    pub AccessLogForm => Option<AccessLog> {
        /// No access log.
        "none" => None,
        /// One JSON object a line.
        "json" => Some(AccessLog::Json),
        /// Istio's text format.
        "text" => Some(AccessLog::Text),
    }
    /// An entry of `mesh.addons`.
    pub AddonForm => Addon {
        /// The service graph.
        "kiali" => Addon::Kiali,
        /// Metrics. Kiali and Grafana need it.
        "prometheus" => Addon::Prometheus,
        /// Dashboards.
        "grafana" => Addon::Grafana,
    }
}

record! {
    /// The mesh to compile for.
    pub struct MeshForm {
        /// The minor version of Istio, in quotes, because an unquoted `1.30` is the number 1.3.
        "istio" istio: IstioVersion, default "\"1.31\"";
        /// Size and availability of Istio itself.
        "profile" profile: ProfileForm, default "minimal";
        /// Mutual TLS between workloads.
        "mtls" mtls: MtlsForm, default "strict";
        /// The access log of every proxy.
        "accessLog" access_log: AccessLogForm, default "none";
        /// Addons to configure. They are installed separately.
        "addons" addons: List<AddonForm>, default "[]", example "[kiali, prometheus]";
    }
}

impl MeshForm {
    pub fn lower(self) -> Option<Mesh> {
        Some(Mesh {
            istio: self.istio?,
            profile: self.profile?,
            mtls: self.mtls?,
            access_log: self.access_log?.value,
            addons: self.addons?.value,
        })
    }
}
