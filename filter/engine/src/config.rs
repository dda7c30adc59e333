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
    /// Set when requests are traced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
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
    /// Share of this tier's traces that are exported, in hundredths of a percent; [`Export::sampling`] where absent.
    #[serde(default, deserialize_with = "crate::integral::optional", skip_serializing_if = "Option::is_none")]
    pub sampling: Option<u32>,
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
    /// Other clusters that serve the tenant when a request for it arrives there: those that it may fail over to, and the
    /// one that it is moving to. Keys of `clusters`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standby: Vec<String>,
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
    /// `wasm.tenantry.code`: the code of a refusal.
    Code,
    /// `wasm.tenantry.cluster`: the tenant's home cluster.
    Cluster,
    /// `wasm.tenantry.session`: `TENANT/SESSION`, from [`Trace::session`].
    Session,
    /// `wasm.tenantry.user`: the user, from [`Trace::user`].
    User,
    /// `wasm.tenantry.metadata`: the decision as a JSON object, for Phoenix's `metadata`.
    Metadata,
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

/// How requests are traced. Without [`Trace::export`] Envoy's own tracer reports, and the filter only publishes
/// properties for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Trace {
    /// The service whose requests these spans show: its name in the policy, or the gateway's.
    pub service: String,
    /// The kind of the spans that this proxy makes.
    pub kind: SpanKind,
    /// Lower-case request header that names the session. Session ids are global in Phoenix, so they are sent as
    /// `TENANT/SESSION`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Lower-case request header that names the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Set when the filter is the tracer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export: Option<Export>,
}

/// OpenInference span kinds, `openinference.span.kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SpanKind {
    /// A step that calls others.
    Chain,
    /// A call of a language model.
    Llm,
    /// A call of an embedding model.
    Embedding,
    /// A search for documents.
    Retriever,
    /// A reordering of documents.
    Reranker,
    /// A call of a tool.
    Tool,
    /// An agent's turn.
    Agent,
    /// A check of input or output.
    Guardrail,
    /// A judgement of an answer.
    Evaluator,
}

/// How the filter itself sends spans to Phoenix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Export {
    /// Where to.
    pub to: Collector,
    /// Template of `openinference.project.name`: `{org}` is what stands before a tenant id's colon, `{tenant}` what stands
    /// after it; an id without colon is both.
    pub project: String,
    /// The project of requests for which no tenant was established.
    pub unassigned: String,
    /// Share of traces that start here and are exported, in hundredths of a percent.
    #[serde(deserialize_with = "crate::integral::number")]
    pub sampling: u32,
    /// What is exported whatever the sampling says.
    #[serde(default)]
    pub keep: Keep,
    /// Whether a client's trace context is continued at the gateway, rather than kept as an attribute of a new trace.
    #[serde(default)]
    pub trust_client_trace: bool,
    /// Whether `tracestate` tells the next proxies of the mesh whose trace it is, so that calls inside the mesh that carry
    /// no tenant header have spans too. Set where workloads have filters; every proxy of a mesh has the same value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub carry_tenant: bool,
    /// What spans hold beyond the standard attributes.
    #[serde(default)]
    pub record: Record,
    /// When a batch is sent.
    pub batch: Batch,
    /// What may wait to be sent, in each worker.
    pub buffer: Buffer,
}

/// An OTLP endpoint, reached through one of Envoy's clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Collector {
    /// Protocol.
    pub protocol: Otlp,
    /// Envoy's name of the cluster, for example `outbound|4317||phoenix.default.svc.cluster.local`.
    pub cluster: String,
    /// Value of `:authority`.
    pub authority: String,
    /// Environment variable of the VM that holds the API key. The key itself is never in the configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key_env: Option<String>,
    /// How long one request may take, in milliseconds.
    #[serde(deserialize_with = "crate::integral::number")]
    pub timeout_ms: u32,
}

/// The two ways of OTLP that Phoenix takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Otlp {
    /// `opentelemetry.proto.collector.trace.v1.TraceService/Export`; at most 4 MiB a message.
    Grpc,
    /// `POST /v1/traces` as `application/x-protobuf`.
    Http,
}

/// Requests whose gateway span is exported even if their trace is not sampled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Keep {
    /// Those that the filter refused.
    #[serde(default)]
    pub refused: bool,
    /// Those that were answered with a 5xx status, or not at all.
    #[serde(default)]
    pub errors: bool,
}

/// What spans hold only if the policy says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Record {
    /// `url.query`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub query: bool,
    /// Lower-case names of request headers, as `http.request.header.NAME`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request_headers: Vec<String>,
    /// Lower-case names of response headers, as `http.response.header.NAME`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_headers: Vec<String>,
    /// The most bytes of a JSON body that become `input.value` and `output.value`; none where absent.
    #[serde(default, deserialize_with = "crate::integral::optional", skip_serializing_if = "Option::is_none")]
    pub bodies: Option<u32>,
    /// Lower-case names of query parameters, headers and JSON fields whose values are replaced by `__REDACTED__`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redact: Vec<String>,
}

/// When a batch of spans is sent; what comes first counts, and half a full buffer is always enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Batch {
    /// So many spans wait.
    #[serde(deserialize_with = "crate::integral::number")]
    pub spans: u32,
    /// So many bytes wait; also the most bytes of a batch, and under the 4 MiB that gRPC takes.
    #[serde(deserialize_with = "crate::integral::number")]
    pub bytes: u32,
    /// The oldest span has waited so many milliseconds.
    #[serde(deserialize_with = "crate::integral::number")]
    pub every_ms: u32,
}

/// What may wait, sent batches without an answer included. Spans beyond it are dropped and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Buffer {
    /// Spans.
    #[serde(deserialize_with = "crate::integral::number")]
    pub spans: u32,
    /// Bytes.
    #[serde(deserialize_with = "crate::integral::number")]
    pub bytes: u32,
}
