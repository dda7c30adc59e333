//! The whole policy.

use super::clusters::ClusterForm;
use super::filter::FilterForm;
use super::form::{List, Map, choices, record};
use super::formats::{FilePath, Name, TenantId};
use super::ingress::IngressForm;
use super::mesh::MeshForm;
use super::names::Names;
use super::reader::Reader;
use super::routes::RouteForm;
use super::services::ServiceForm;
use super::tenancy::TenancyForm;
use super::tenants::{Scope, TenantFile, TenantForm};
use super::tracing::TracingForm;
use super::{clusters, ingress, routes, services, tenants};
use crate::policy::{Filter, Policy, TablePlace};
use crate::source::{Span, Spanned};

choices! {
    /// The version of the language.
    pub ApiVersion => () {
        /// The only version there is.
        "tenantry/v1" => (),
    }
    /// The kind of document.
    pub DocumentKind => () {
        /// One mesh and its tenants.
        "MeshPolicy" => (),
    }
}

record! {
    /// One mesh, its tenants and what they may reach.
    pub struct MeshPolicy {
        /// The version of the policy language.
        "apiVersion" api_version: ApiVersion, required, example "tenantry/v1";
        /// The kind of this document.
        "kind" kind: DocumentKind, required, example "MeshPolicy";
        /// What the policy is called and where its services run.
        "metadata" metadata: MetadataForm, required, example "{name: search}";
        /// The mesh to compile for.
        "mesh" mesh: MeshForm, default "{}";
        /// Where proxies fetch the filter that enforces the policy.
        "filter" filter: FilterForm, optional, example "{url: 'oci://registry.example.com/tenantry/filter:0.1.0'}";
        /// The clusters of the mesh by name. Tenants live in one of them, their home.
        "clusters" clusters: Map<Name, ClusterForm, 1>, required, example "{us: {endpoint: us-cluster.example.com}}";
        /// How requests come in.
        "ingress" ingress: IngressForm, required, example "{hosts: [api.example.com], tls: {secret: api-tls}}";
        /// How a request says which tenant it is for, and what is done about it.
        "tenancy" tenancy: TenancyForm, default "{}";
        /// The tenants by id. Large sets belong in `tenantsFrom`.
        "tenants" tenants: Map<TenantId, TenantForm>, default "{}";
        /// CSV files with more tenants, relative to the policy file and in its directory or below. The first row names
        /// the columns: `id` and, as far as needed, `cluster`, `tier`, `status`, `failover` (names with blanks between
        /// them) and `moveTo`.
        "tenantsFrom" tenants_from: List<FilePath>, default "[]";
        /// The services of the mesh by the name of their Kubernetes Service.
        "services" services: Map<Name, ServiceForm, 1>, required, example "{search: {port: 8000, callers: [ingress]}}";
        /// Which paths lead to which service. The first route that matches wins; a request that none matches is
        /// answered with 404.
        "routes" routes: List<RouteForm, 1>, required, example "[{path: /search, to: search}]";
        /// How requests are traced. Left out, nothing is.
        "tracing" tracing: TracingForm, optional, example "{project: \"search-{tenant}\"}";
    }
}

record! {
    /// What the policy is called and where its services run.
    pub struct MetadataForm {
        /// The policy's name. Compiled objects carry it.
        "name" name: Name, required, example "search";
        /// The namespace of the services.
        "namespace" namespace: Name, default "default";
    }
}

impl MeshPolicy {
    /// Looks every name up and applies what defaults depend on other fields. None when an error, reported to the
    /// reader, leaves nothing meaningful.
    pub fn lower(self, document: Span, files: &[TenantFile<'_>], reader: &mut Reader<'_>) -> Option<Policy> {
        let tenancy = self.tenancy.as_ref().map(|tenancy| &tenancy.value);
        let default_tier = tenancy.and_then(|tenancy| tenancy.default_tier(reader));
        let scope = Scope {
            clusters: self.clusters.as_ref().map(|clusters| Names::of("cluster", &clusters.value)),
            tiers: tenancy.and_then(|tenancy| tenancy.tiers.as_ref()).map(|tiers| Names::of("tier", &tiers.value)),
            default_tier: default_tier.as_ref().map(|tier| tier.value.clone()),
            ids: tenancy.and_then(|tenancy| tenancy.ids.clone()),
        };
        let tenants = tenants::lower(self.tenants, files, &scope, reader);
        let service_names = self.services.as_ref().map(|services| Names::of("service", &services.value));
        let routes =
            self.routes.and_then(|routes| routes::lower(routes.value, service_names.as_ref(), &tenants, reader));
        let services = self.services.and_then(|services| services::lower(services.value, reader));
        let tenancy = self.tenancy.and_then(|tenancy| tenancy.value.lower(default_tier));
        let metadata = self.metadata.map(|metadata| metadata.value);
        let exempt = tenancy.as_ref().map_or(&[][..], |tenancy| &tenancy.exempt);
        let cluster_names = self.clusters.as_ref().map(|clusters| Names::of("cluster", &clusters.value));
        let around = ingress::Scope { clusters: cluster_names.as_ref(), exempt };
        let ingress = self.ingress.and_then(|ingress| ingress.value.lower(ingress.span, &around, reader));
        let mesh = self.mesh.and_then(|mesh| mesh.value.lower());
        let clusters = self.clusters.and_then(|clusters| clusters::lower(clusters.value));
        let filter = match self.filter {
            Some(filter) => filter.value.lower(filter.span),
            None => {
                let table = Spanned::new(TablePlace::Auto, document);
                Some(Filter { url: None, pull_secret: None, table, span: document })
            }
        };
        let metadata = metadata?;
        let tracing = match (self.tracing, &metadata.name) {
            (Some(tracing), Some(name)) => Some(tracing.value.lower(name, tracing.span)?),
            _ => None,
        };
        self.api_version?;
        self.kind?;
        Some(Policy {
            name: metadata.name?,
            namespace: metadata.namespace?,
            mesh: mesh?,
            filter: filter?,
            clusters: clusters?,
            ingress: ingress?,
            tenancy: tenancy?,
            tenants: (!tenants.incomplete).then_some(tenants.list)?,
            services: services?,
            routes: routes?,
            tracing,
        })
    }
}
