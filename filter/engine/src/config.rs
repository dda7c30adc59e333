//! `pluginConfig`: the one contract between compiler and filter.
//!
//! The compiler writes it and the filter reads it, both through these types. It travels as a JSON
//! object (Istio turns the resource's `pluginConfig` Struct into a JSON string), so every number
//! must survive a trip through a double. Unknown fields and unknown versions are errors.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version that this build writes and reads.
pub const VERSION: u32 = 1;

/// Everything that the filter is told, as it stands in `pluginConfig`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PluginConfig {
    /// [`VERSION`]; anything else is refused.
    #[serde(deserialize_with = "crate::integral::number")]
    pub version: u32,
    /// The policy's name, for logs and metrics.
    pub policy: String,
    /// Where this filter runs.
    pub role: Role,
    /// The name of the cluster that this proxy belongs to; a key of `clusters`.
    pub cluster: String,
    /// The tenant header in lower case, for example `x-tenant-id`.
    pub header: String,
    /// The grammar of tenant ids.
    pub ids: IdGrammar,
    /// Served hosts, lower case, without port. `*.example.com` covers any depth of subdomains; a
    /// lone `*` covers every host.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Paths that need no tenant. Each is exact: `/health` exempts neither `/health/live` nor `/healthz`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exempt: Vec<String>,
    /// Set when a verified JWT claim has to agree with the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// Set when JSON bodies have to agree with the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// What happens to a tenant whose home is another cluster.
    pub elsewhere: Elsewhere,
    /// Every cluster of the policy by name.
    pub clusters: BTreeMap<String, Cluster>,
    /// Every tier by name.
    pub tiers: BTreeMap<String, Tier>,
    /// Routes in policy order; the first match wins.
    #[serde(default)]
    pub routes: Vec<Route>,
    /// Releases of each service that has more than one, by service name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub releases: BTreeMap<String, Vec<Release>>,
    /// The tenant table.
    pub tenants: Tenants,
    /// Which routing stamps this policy needs; the filter sets no other.
    #[serde(default)]
    pub stamps: Stamps,
    /// What the filter publishes as filter state (`wasm.KEY`) for access log and tracing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    /// At most this many tenants get metrics of their own per worker; the rest count as `other`.
    #[serde(default = "default_metric_tenants", deserialize_with = "crate::integral::number")]
    pub metric_tenants: u32,
    /// Present exactly when `role` is `workload`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload: Option<Workload>,
}

const fn default_metric_tenants() -> u32 {
    100
}

/// Where the filter runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// At the edge: decides, strips and stamps.
    Gateway,
    /// In a workload's sidecar, inbound: accepts only what a gateway stamped.
    Workload,
}

/// The grammar of tenant ids. Ids are at most [`MAX_ID_BYTES`] bytes of ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdGrammar {
    /// `[A-Za-z0-9_]+`, optionally `org:tenant` with exactly one colon; a leading `__` is reserved.
    OrgColon,
    /// A DNS label: `[a-z0-9]([a-z0-9-]*[a-z0-9])?`.
    Slug,
    /// A lower-case hyphenated UUID.
    Uuid,
}

/// The longest tenant id, in bytes.
pub const MAX_ID_BYTES: usize = 128;

/// Binding of the tenant header to a verified JWT claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Token {
    /// Path of the claim below the verified payload, outermost key first.
    pub claim: Vec<String>,
    /// Whether a request without a verified token is refused (401) or passes on its header alone.
    pub required: bool,
}

/// Binding of the tenant header to a JSON body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Body {
    /// JSON pointers (RFC 6901); each that is present must hold the header's tenant.
    pub pointers: Vec<String>,
    /// The most bytes that are read, per request.
    #[serde(deserialize_with = "crate::integral::number")]
    pub limit: u32,
    /// What happens to a body over `limit`.
    pub over_limit: OverLimit,
}

/// What happens to a body that is too large to bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverLimit {
    /// 413 `body-too-large`.
    Refuse,
    /// Let through on its header alone.
    Pass,
}

/// What happens to a tenant whose home is another cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Elsewhere {
    /// Stamp the home cluster, so that the mesh forwards the request there.
    Forward,
    /// 308 to the home cluster's endpoint.
    Redirect,
    /// 421 `tenant-elsewhere`.
    Refuse,
}

/// A cluster of the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Cluster {
    /// Host, optionally `:port`, where the cluster's gateway answers HTTPS.
    pub endpoint: String,
}

/// A tier: what its tenants may spend. Absent fields mean no limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Tier {
    /// Sustained requests per 1,000 seconds (an integer, so `0.5/s` is 500 and `50/s` is 50,000).
    #[serde(default, deserialize_with = "crate::integral::optional", skip_serializing_if = "Option::is_none")]
    pub millirate: Option<u64>,
    /// Size of the bucket, in requests. Present exactly when `millirate` is.
    #[serde(default, deserialize_with = "crate::integral::optional", skip_serializing_if = "Option::is_none")]
    pub burst: Option<u32>,
}

/// A route. `path` matches by whole segments: `/search` covers `/search` and `/search/x`, not `/searchx`;
/// `/` covers everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Route {
    /// Path prefix in normal form, without trailing slash (except `/` itself).
    pub path: String,
    /// Upper-case methods; empty means every method.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
    /// The service that the route leads to.
    pub service: String,
    /// When present, only these tenants may use the route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenants: Option<Vec<String>>,
}

/// A release of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Release {
    /// Its name, for example `canary`.
    pub name: String,
    /// Share of the traffic in hundredths of a percent, 0 to 10,000; a service's releases sum to 10,000.
    #[serde(deserialize_with = "crate::integral::number")]
    pub weight: u32,
    /// Whether the same tenant always gets the same side. A service is sticky as a whole: one sticky release
    /// makes all of its releases so.
    pub sticky: bool,
    /// A request with exactly this header and value gets this release, whatever the weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<(String, String)>,
}

/// The tenant table, in one of three forms that mean the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tenants {
    /// Readable, for small sets: id to attributes.
    Inline(BTreeMap<String, Tenant>),
    /// A compiled table (module `table`), base64, for middling sets.
    Table(PackedTable),
    /// A compiled table inside the module itself, for large sets.
    Module(ModuleTable),
}

/// What the filter knows of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Tenant {
    /// Home cluster; a key of `clusters`.
    pub cluster: String,
    /// A key of `tiers`.
    pub tier: String,
    /// Whether every request is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspended: bool,
}

/// A compiled table carried in the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PackedTable {
    /// The distinct attribute sets; records refer to them by index.
    pub classes: Vec<Tenant>,
    /// The table's bytes, standard base64.
    pub base64: String,
}

/// A compiled table carried in the module as a passive data segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ModuleTable {
    /// The distinct attribute sets; records refer to them by index.
    pub classes: Vec<Tenant>,
    /// Length of the embedded table in bytes; the filter refuses another.
    #[serde(deserialize_with = "crate::integral::number")]
    pub bytes: u32,
    /// XXH3-64 of the embedded table, 16 lower-case hex digits; the filter refuses another, so that
    /// a configuration never runs with another policy's table.
    pub xxh3: String,
}

/// Routing stamps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Stamps {
    /// `x-tenantry-cluster`: the tenant's home cluster.
    #[serde(default)]
    pub cluster: bool,
    /// `x-tenantry-tier`: the tenant's tier.
    #[serde(default)]
    pub tier: bool,
    /// `x-tenantry-track`: the release that this request gets at the routed service.
    #[serde(default)]
    pub track: bool,
}

/// A value that the filter publishes as filter state under `wasm.KEY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Property {
    /// `wasm.tenantry.decision`: `allow`, or the refusal's code, `forward:eu` and so on.
    Decision,
    /// `wasm.tenantry.tenant`: the canonical tenant id.
    Tenant,
    /// `wasm.tenantry.tier`: the tenant's tier.
    Tier,
    /// `wasm.tenantry.release`: the release.
    Release,
    /// `wasm.tenantry.why`: the ordered reasons, for `tenantry try`.
    Why,
}

/// What a workload's sidecar accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Workload {
    /// SPIFFE ids of the gateways; what they send must be stamped.
    pub gateways: Vec<String>,
    /// SPIFFE ids of callers inside the mesh, which may come without a stamp.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub callers: Vec<String>,
}
