//! The resolved policy: every name looked up, every default applied, every place kept.
//!
//! This is what the checks, the plan and `explain` read. No YAML and no Istio in here.

use crate::source::{Span, Spanned};
use indexmap::IndexMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use tenantry_engine::config::{Elsewhere, IdGrammar, Keep, Otlp, OverLimit, SpanKind};

/// A map that keeps the policy's order, with the span of each key.
pub type Named<T> = IndexMap<String, Spanned<T>>;

/// One `MeshPolicy`.
#[derive(Clone, Debug)]
pub struct Policy {
    /// `metadata.name`.
    pub name: Spanned<String>,
    /// `metadata.namespace`: where the services run.
    pub namespace: Spanned<String>,
    /// `mesh`.
    pub mesh: Mesh,
    /// `filter`.
    pub filter: Filter,
    /// `clusters`.
    pub clusters: Named<Cluster>,
    /// `ingress`.
    pub ingress: Ingress,
    /// `tenancy`.
    pub tenancy: Tenancy,
    /// `tenants` and `tenantsFrom`, sorted by id. Ids are unique: `resolve` refuses exact duplicates across all sources
    /// (TN0109), so what is left for `check` are ids that differ in case alone and reserved ones.
    pub tenants: Vec<Tenant>,
    /// `services`.
    pub services: Named<Service>,
    /// `routes`, in order.
    pub routes: Vec<Spanned<Route>>,
    /// `tracing`, if the policy traces.
    pub tracing: Option<Spanned<Tracing>>,
}

/// What kind of mesh this is.
#[derive(Clone, Debug)]
pub struct Mesh {
    /// Target minor version, for example (1, 31).
    pub istio: Spanned<(u16, u16)>,
    /// Size and availability.
    pub profile: Spanned<Profile>,
    /// Mutual TLS between workloads.
    pub mtls: Spanned<Mtls>,
    /// Access log, if any.
    pub access_log: Option<AccessLog>,
    /// Addons to configure.
    pub addons: Vec<Spanned<Addon>>,
}

/// `mesh.profile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Home and development: one replica each, no egress gateway.
    Minimal,
    /// Several replicas, disruption budgets, egress gateway, guaranteed resources.
    Production,
}

/// `mesh.mtls`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mtls {
    /// Plain text is refused.
    Strict,
    /// Plain text is accepted, for the time of a migration.
    Permissive,
}

/// `mesh.accessLog`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessLog {
    /// One JSON object a line.
    Json,
    /// Istio's text format.
    Text,
}

/// `mesh.addons`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addon {
    /// Kiali.
    Kiali,
    /// Prometheus.
    Prometheus,
    /// Grafana.
    Grafana,
}

/// `filter`: where proxies fetch the module.
#[derive(Clone, Debug)]
pub struct Filter {
    /// `oci://`, `https://`, `http://` or `file://` URL. Absent: `check` says so and nothing is compiled.
    pub url: Option<Spanned<String>>,
    /// Name of the image pull secret, for `oci://`.
    pub pull_secret: Option<Spanned<String>>,
    /// `filter.table`: where the tenant table lives.
    pub table: Spanned<TablePlace>,
    /// Span of the section, or of the document when absent.
    pub span: Span,
}

/// `filter.table`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TablePlace {
    /// The compiler chooses by size.
    Auto,
    /// In `pluginConfig`.
    Inline,
    /// In the module.
    Module,
}

/// `clusters.NAME`.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Host, optionally `:port`, of the cluster's gateway.
    pub endpoint: Spanned<String>,
    /// Port on which the gateway takes what other clusters forward.
    pub forward_port: Spanned<u16>,
}

/// `ingress`.
#[derive(Clone, Debug)]
pub struct Ingress {
    /// Served hosts.
    pub hosts: Vec<Spanned<String>>,
    /// TLS secret.
    pub tls: Option<Tls>,
    /// The front door, if the policy has one.
    pub front_door: Option<FrontDoor>,
    /// Span of the section.
    pub span: Span,
}

/// `ingress.tls`.
#[derive(Clone, Debug)]
pub struct Tls {
    /// Name of the `kubernetes.io/tls` secret, in the gateway's namespace.
    pub secret: Spanned<String>,
}

/// `ingress.frontDoor`: what stands before the clusters and sends each tenant to its home.
#[derive(Clone, Debug)]
pub struct FrontDoor {
    /// The load balancers to configure, each once; never empty.
    pub kinds: Vec<Spanned<DoorKind>>,
    /// The address that they listen on.
    pub address: Spanned<IpAddr>,
    /// The port that takes requests over TLS.
    pub https: Spanned<u16>,
    /// The port that sends clients to the former.
    pub http: Spanned<u16>,
    /// Path of the certificate chain (PEM) for the served hosts, on the load balancer's machine.
    pub certificate: Spanned<String>,
    /// Path of its private key (PEM).
    pub key: Spanned<String>,
    /// Path of the authorities (PEM) that vouch for the clusters' certificates.
    pub trust: Spanned<String>,
    /// Path that tells whether a cluster works: the one asked for, or the first exempt one. With none a connection is
    /// enough.
    pub health: Option<Spanned<String>>,
    /// The longest silence within an answer.
    pub idle: Spanned<Duration>,
    /// What only AWS knows, for [`DoorKind::AwsAlb`].
    pub alb: Option<Spanned<Alb>>,
    /// Span of the section.
    pub span: Span,
}

/// `ingress.frontDoor.alb`.
#[derive(Clone, Debug, PartialEq)]
pub struct Alb {
    /// ARN of the certificate in ACM. Its region is that of the load balancer.
    pub certificate: Spanned<String>,
    /// Id of the VPC.
    pub vpc: Spanned<String>,
    /// Address ranges of the VPC. Targets outside them are reached through peering.
    pub ranges: Vec<Spanned<Ipv4Range>>,
    /// Ids of subnets in different availability zones, at least two.
    pub subnets: Vec<Spanned<String>>,
    /// Ids of security groups.
    pub security_groups: Vec<Spanned<String>>,
    /// Private addresses of each cluster's gateway. Only names of clusters get here.
    pub targets: Named<Vec<Spanned<Ipv4Addr>>>,
    /// Where clients are.
    pub scheme: Spanned<AlbScheme>,
    /// The most rules that the account allows a load balancer.
    pub rules: Spanned<u32>,
}

/// A range of IPv4 addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ipv4Range {
    /// Its first address.
    pub first: Ipv4Addr,
    /// Number of leading bits that its addresses share, at most 32.
    pub bits: u8,
}

impl Ipv4Range {
    /// Whether an address is in the range.
    #[must_use]
    pub fn contains(self, address: Ipv4Addr) -> bool {
        let differing = u32::from(address) ^ u32::from(self.first);
        differing.leading_zeros() >= u32::from(self.bits)
    }
}

/// `ingress.frontDoor.alb.scheme`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlbScheme {
    /// On the internet.
    InternetFacing,
    /// In the VPC and the networks joined to it.
    Internal,
}

/// A kind of load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DoorKind {
    /// NGINX.
    Nginx,
    /// HAProxy.
    Haproxy,
    /// AWS Application Load Balancer.
    AwsAlb,
    /// An Envoy front proxy.
    Envoy,
}

impl DoorKind {
    /// As a policy names it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "haproxy",
            Self::AwsAlb => "aws-alb",
            Self::Envoy => "envoy",
        }
    }
}

/// `tenancy`.
#[derive(Clone, Debug)]
pub struct Tenancy {
    /// The tenant header as spelled.
    pub header: Spanned<String>,
    /// Grammar of tenant ids.
    pub ids: Spanned<IdGrammar>,
    /// Verified token, if tenants carry one.
    pub token: Option<Spanned<Token>>,
    /// Body binding, if asked for.
    pub body: Option<Spanned<Body>>,
    /// Exempt paths.
    pub exempt: Vec<Spanned<String>>,
    /// What happens to a tenant of another cluster.
    pub elsewhere: Spanned<Elsewhere>,
    /// Tiers.
    pub tiers: Named<Tier>,
    /// `default.tier`.
    pub default_tier: Spanned<String>,
}

/// `tenancy.token`.
#[derive(Clone, Debug)]
pub struct Token {
    /// `iss` of accepted tokens.
    pub issuer: Option<Spanned<String>>,
    /// Where the signing keys are.
    pub jwks: Option<Spanned<String>>,
    /// Accepted audiences; empty accepts any.
    pub audiences: Vec<Spanned<String>>,
    /// Path of the tenant claim, outermost first.
    pub claim: Spanned<Vec<String>>,
    /// Whether a request without a token is refused. Default true.
    pub required: Spanned<bool>,
}

/// `tenancy.body`: a list of pointers, or a map with `pointers`, `limit`, `overLimit`.
#[derive(Clone, Debug)]
pub struct Body {
    /// JSON pointers.
    pub pointers: Vec<Spanned<String>>,
    /// Bytes. Default 1 MiB.
    pub limit: u32,
    /// Default refuse.
    pub over_limit: Spanned<OverLimit>,
}

/// `tenancy.tiers.NAME`.
#[derive(Clone, Debug)]
pub struct Tier {
    /// Sustained requests per 1,000 seconds.
    pub millirate: Option<Spanned<u64>>,
    /// Bucket size in requests. Default: one second's worth, at least 1.
    pub burst: Option<Spanned<u32>>,
    /// Share of this tier's traces in hundredths of a percent. Default: that of `tracing`.
    pub sampling: Option<Spanned<u32>>,
}

/// One tenant.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Its id.
    pub id: String,
    /// Home cluster. Only names that exist get here; others are `resolve` errors.
    pub cluster: String,
    /// Clusters that serve the tenant while its home cannot, in the order of preference. Empty pins it to its home.
    pub failover: Vec<String>,
    /// The cluster that the tenant is moving to.
    pub move_to: Option<String>,
    /// Tier, default applied.
    pub tier: String,
    /// `status: suspended`.
    pub suspended: bool,
    /// Where it is declared.
    pub span: Span,
}

/// `services.NAME`.
#[derive(Clone, Debug)]
pub struct Service {
    /// Port of the Kubernetes Service.
    pub port: Spanned<u16>,
    /// Application protocol. Default `http`.
    pub protocol: Spanned<Protocol>,
    /// OpenInference span kind.
    pub span_kind: Option<Spanned<SpanKind>>,
    /// Pod labels that select the workload. Default `{app: NAME}`.
    pub labels: IndexMap<String, String>,
    /// Service account. Default NAME.
    pub service_account: String,
    /// Releases in policy order; empty means one release and no subsets.
    pub releases: Named<Release>,
    /// Who may call it.
    pub callers: Vec<Spanned<Caller>>,
    /// Time for the whole request, retries included.
    pub timeout: Option<Spanned<Duration>>,
    /// Retries.
    pub retries: Option<Spanned<Retries>>,
    /// Circuit breaker.
    pub circuit_breaker: Option<Spanned<CircuitBreaker>>,
}

/// `services.NAME.protocol`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1.
    Http,
    /// HTTP/2 cleartext.
    Http2,
    /// gRPC.
    Grpc,
}

/// An entry of `services.NAME.callers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The ingress gateway.
    Ingress,
    /// Another service of this policy.
    Service(String),
}

/// `services.NAME.releases.NAME`.
#[derive(Clone, Debug)]
pub struct Release {
    /// Pod labels that tell this release apart.
    pub labels: IndexMap<String, String>,
    /// Share in hundredths of a percent.
    pub weight: Spanned<u32>,
    /// `sticky: tenant`.
    pub sticky: bool,
    /// Lower-case header name and the exact value that choose this release.
    pub header: Option<Spanned<(String, String)>>,
}

/// `services.NAME.retries`.
#[derive(Clone, Debug)]
pub struct Retries {
    /// Retries after the first try.
    pub attempts: Spanned<u32>,
    /// Time for each try.
    pub per_try: Option<Spanned<Duration>>,
    /// Envoy retry conditions.
    pub on: Vec<Spanned<String>>,
    /// `nonIdempotent: true`: retry POST and PATCH as well.
    pub non_idempotent: Spanned<bool>,
}

/// `services.NAME.circuitBreaker`.
#[derive(Clone, Debug)]
pub struct CircuitBreaker {
    /// Most TCP connections.
    pub connections: Option<Spanned<u32>>,
    /// Most requests waiting for a connection.
    pub pending: Option<Spanned<u32>>,
    /// Most requests under way.
    pub requests: Option<Spanned<u32>>,
    /// Most requests on one connection.
    pub per_connection: Option<Spanned<u32>>,
    /// Outlier ejection.
    pub eject: Option<Spanned<Eject>>,
}

/// `circuitBreaker.eject`.
#[derive(Clone, Debug)]
pub struct Eject {
    /// Consecutive 5xx answers.
    pub after_5xx: Spanned<u32>,
    /// Time between sweeps.
    pub interval: Spanned<Duration>,
    /// First ejection's length.
    pub base: Spanned<Duration>,
    /// Most of the pool that may be ejected, percent.
    pub most: Spanned<u32>,
    /// Below this share of healthy endpoints ejection is off, percent.
    pub min_health: Option<Spanned<u32>>,
}

impl Eject {
    /// The share of healthy endpoints that is always written: without it Istio 1.31 goes on sending to endpoints that are
    /// not ready.
    #[must_use]
    pub fn healthy_share(&self) -> u32 {
        self.min_health.as_ref().map_or(100_u32.saturating_sub(*self.most), |share| share.value)
    }
}

/// An entry of `routes`.
#[derive(Clone, Debug)]
pub struct Route {
    /// Path prefix, matched by whole segments.
    pub path: Spanned<String>,
    /// Upper-case methods; empty means all.
    pub methods: Vec<Spanned<String>>,
    /// The service.
    pub to: Spanned<String>,
    /// Replaces the prefix upstream.
    pub rewrite: Option<Spanned<String>>,
    /// When present, only these tenants.
    pub tenants: Option<Vec<Spanned<String>>>,
    /// Overrides the service's timeout; `none` (zero) for streams.
    pub timeout: Option<Spanned<Duration>>,
}

/// `tracing`.
#[derive(Clone, Debug)]
pub struct Tracing {
    /// Where Phoenix is.
    pub phoenix: Phoenix,
    /// How spans get there.
    pub mode: Spanned<TracingMode>,
    /// Project name template with `{org}` and `{tenant}`.
    pub project: Spanned<String>,
    /// Project of requests without a tenant. Never empty.
    pub unassigned: Spanned<String>,
    /// Share of traces in hundredths of a percent.
    pub sampling: Spanned<u32>,
    /// What is traced whatever the sampling says.
    pub keep: Spanned<Keep>,
    /// Lower-case session header.
    pub session_header: Option<Spanned<String>>,
    /// Lower-case user header.
    pub user_header: Option<Spanned<String>>,
    /// Whether a client's trace id is kept at the edge.
    pub trust_client_trace: Spanned<bool>,
    /// What spans hold beyond the standard attributes.
    pub record: Spanned<Record>,
    /// When a batch of spans is sent.
    pub batch: Spanned<Batch>,
    /// What may wait to be sent.
    pub buffer: Spanned<Buffer>,
}

/// `tracing.record`.
#[derive(Clone, Debug)]
pub struct Record {
    /// Query strings.
    pub query: Spanned<bool>,
    /// Lower-case names of request headers.
    pub request_headers: Vec<Spanned<String>>,
    /// Lower-case names of response headers.
    pub response_headers: Vec<Spanned<String>>,
    /// The most bytes of a JSON body.
    pub bodies: Option<Spanned<u32>>,
    /// Lower-case names whose values are left out.
    pub redact: Vec<Spanned<String>>,
}

/// `tracing.batch`.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Spans.
    pub spans: Spanned<u32>,
    /// Bytes.
    pub bytes: Spanned<u32>,
    /// The longest that a span waits.
    pub every: Spanned<Duration>,
}

/// `tracing.buffer`.
#[derive(Clone, Debug)]
pub struct Buffer {
    /// Spans.
    pub spans: Spanned<u32>,
    /// Bytes.
    pub bytes: Spanned<u32>,
}

/// `tracing.phoenix`.
#[derive(Clone, Debug)]
pub struct Phoenix {
    /// Kubernetes Service name.
    pub service: Spanned<String>,
    /// How spans are sent.
    pub protocol: Spanned<Otlp>,
    /// OTLP gRPC port.
    pub grpc: Spanned<u16>,
    /// Web UI and OTLP HTTP port.
    pub http: Spanned<u16>,
    /// Name of the port that spans go to, when the policy does not deploy Phoenix itself.
    pub port_name: Option<Spanned<String>>,
    /// The key that Phoenix asks for, if it does.
    pub api_key: Option<Spanned<SecretKey>>,
    /// Set when Tenantry deploys Phoenix.
    pub deploy: Option<Spanned<PhoenixDeploy>>,
}

impl Phoenix {
    /// The port that spans go to.
    #[must_use]
    pub fn port(&self) -> &Spanned<u16> {
        match *self.protocol {
            Otlp::Grpc => &self.grpc,
            Otlp::Http => &self.http,
        }
    }
}

/// `tracing.phoenix.apiKey`: an entry of a Kubernetes Secret.
#[derive(Clone, Debug)]
pub struct SecretKey {
    /// The Secret.
    pub secret: String,
    /// The entry.
    pub key: String,
}

/// `tracing.phoenix.deploy`.
#[derive(Clone, Debug)]
pub struct PhoenixDeploy {
    /// Kubernetes quantity for the volume.
    pub storage: Spanned<String>,
    /// Image with tag or digest.
    pub image: Spanned<String>,
}

/// `tracing.mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TracingMode {
    /// Envoy reports, the filter enriches; one project.
    Enrich,
    /// The filter reports, a project per tenant.
    PerTenant,
}
