//! `tracing`.

use super::form::{Flag, List, Number, Port, choices, record};
use super::formats::{
    AnyHeader, ByteLimit, HeaderName, Image, Name, ObjectName, Percent, PortName, ProjectName, ProjectTemplate,
    Quantity, RedactName, SecretEntry, Timespan,
};
use crate::policy::{Batch, Buffer, Phoenix, PhoenixDeploy, Record, SecretKey, Tracing, TracingMode};
use crate::source::{Span, Spanned};
use tenantry_engine::config::{Keep, Otlp};

choices! {
    /// `tracing.mode`.
    pub ModeForm => TracingMode {
        /// The filter sends the spans, each tenant's to a project of its own.
        "per-tenant" => TracingMode::PerTenant,
        /// Envoy sends the spans and the filter adds the tenant; all tenants share one project.
        "enrich" => TracingMode::Enrich,
    }
    /// `tracing.phoenix.protocol`.
    pub OtlpForm => Otlp {
        /// OTLP over gRPC, to the port `grpc`.
        "grpc" => Otlp::Grpc,
        /// OTLP over HTTP, to the port `http`.
        "http" => Otlp::Http,
    }
    /// `tracing.keep`.
    pub KeepForm => Kept {
        /// Requests that the filter refused.
        "refused" => Kept::Refused,
        /// Requests that were answered with a 5xx status, or not at all.
        "errors" => Kept::Errors,
    }
}

/// What is traced whatever the sampling says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Refused,
    Errors,
}

record! {
    /// How requests are traced.
    pub struct TracingForm {
        /// Where Phoenix is.
        "phoenix" phoenix: PhoenixForm, default "{}";
        /// Who sends the spans, and to which project.
        "mode" mode: ModeForm, default "per-tenant";
        /// The name of a tenant's project. `{org}` stands for the part of the id before the colon and `{tenant}` for the
        /// part behind it; an id without a colon stands for both. With `mode: enrich`, the project of all tenants: a name
        /// without these.
        "project" project: ProjectTemplate, default "\"{org}:{tenant}\"", example "\"cogniverse-{org}:{tenant}\"";
        /// The project of requests without a tenant, as refused ones may be. Left out, it is the policy's name and
        /// `-unassigned`.
        "unassigned" unassigned: ProjectName, optional, example "cogniverse-unassigned";
        /// The share of requests that are traced. A tier may have its own.
        "sampling" sampling: Percent, default "100%";
        /// Requests that the gateway traces whatever the sampling says.
        "keep" keep: List<KeepForm>, default "[refused, errors]";
        /// How requests of one session are told.
        "session" session: SessionForm, optional, example "{header: x-session-id}";
        /// How requests of one user are told.
        "user" user: UserForm, optional, example "{header: x-user-id}";
        /// Whether the trace id that a client sends is kept. Phoenix puts a trace into the project that it saw it
        /// in first, so a client that is believed can put another tenant's spans into its own project.
        "trustClientTrace" trust_client_trace: Flag, default "false";
        /// What spans hold beyond the standard attributes.
        "record" record: RecordForm, default "{}", example "{query: true, redact: [token]}";
        /// When a batch of spans is sent to Phoenix: whatever comes first.
        "batch" batch: BatchForm, default "{}", example "{spans: 512, every: 1s}";
        /// What may wait in each worker of a proxy, while Phoenix is slow or gone. Spans beyond it are dropped and
        /// counted; requests never wait.
        "buffer" buffer: BufferForm, default "{}", example "{spans: 16384, bytes: 16Mi}";
    }
}

record! {
    /// Where Phoenix is.
    pub struct PhoenixForm {
        /// The name of its Kubernetes Service, in the policy's namespace. The pods of a Phoenix that is there already need the
        /// label `sidecar.istio.io/inject: "false"`: a proxy of their own would refuse the spans, as nobody is listed as a caller.
        "service" service: Name, default "phoenix";
        /// How spans are sent to it.
        "protocol" protocol: OtlpForm, default "grpc";
        /// Its port for OTLP over gRPC.
        "grpc" grpc: Port, default "4317";
        /// Its port for the web pages and for OTLP over HTTP.
        "http" http: Port, default "6006";
        /// The name of the port that spans go to, on a Service that is there already. Istio reads the protocol from it,
        /// so it has to be `grpc` or start with `grpc-`, or with `http` for `protocol: http`.
        "portName" port_name: PortName, optional, example "grpc-otlp";
        /// The Secret that holds the API key, where Phoenix asks for one. It has to be in the namespaces of the gateway and of the
        /// services.
        "apiKey" api_key: ApiKeyForm, optional, example "{secret: phoenix-api-key}";
        /// Given, Phoenix is deployed with the mesh.
        "deploy" deploy: DeployForm, optional, example "{storage: 10Gi}";
    }
}

record! {
    /// The Kubernetes Secret that holds Phoenix's API key. The key itself never stands in a policy or a ConfigMap.
    pub struct ApiKeyForm {
        /// The Secret.
        "secret" secret: ObjectName, required, example "phoenix-api-key";
        /// Its entry.
        "key" key: SecretEntry, default "api-key";
    }
}

record! {
    /// How Phoenix is deployed.
    pub struct DeployForm {
        /// The size of its volume.
        "storage" storage: Quantity, default "10Gi";
        /// Its image, with a tag or a digest.
        "image" image: Image, default "\"arizephoenix/phoenix:version-20.26.1\"";
    }
}

record! {
    /// How requests of one session are told.
    pub struct SessionForm {
        /// The header that carries the session's id.
        "header" header: HeaderName, required, example "x-session-id";
    }
}

record! {
    /// How requests of one user are told.
    pub struct UserForm {
        /// The header that carries the user's id.
        "header" header: HeaderName, required, example "x-user-id";
    }
}

record! {
    /// What spans hold beyond the standard attributes. None of it is recorded unless it stands here.
    pub struct RecordForm {
        /// Whether query strings are recorded.
        "query" query: Flag, default "false";
        /// Request headers to record.
        "requestHeaders" request_headers: List<AnyHeader>, default "[]", example "[content-type]";
        /// Response headers to record.
        "responseHeaders" response_headers: List<AnyHeader>, default "[]", example "[content-type]";
        /// How much of a JSON body is recorded, as input and output. Left out, nothing.
        "bodies" bodies: ByteLimit<1>, optional, example "16Ki";
        /// Headers, query parameters and JSON fields, at any depth, whose values are replaced by `__REDACTED__`.
        "redact" redact: List<RedactName>, default "[]", example "[password, token]";
    }
}

record! {
    /// When a batch of spans is sent: whatever comes first.
    pub struct BatchForm {
        /// So many spans wait.
        "spans" spans: Number<1, 100_000>, default "512";
        /// So many bytes wait. It is also the most that a batch holds.
        "bytes" bytes: ByteLimit<16>, default "1Mi";
        /// The first span has waited so long.
        "every" every: Timespan, default "1s";
    }
}

record! {
    /// What may wait in each worker of a proxy.
    pub struct BufferForm {
        /// So many spans.
        "spans" spans: Number<1, 1_000_000>, default "16384";
        /// So many bytes.
        "bytes" bytes: ByteLimit<256>, default "16Mi";
    }
}

impl TracingForm {
    pub fn lower(self, policy: &Spanned<String>, span: Span) -> Option<Spanned<Tracing>> {
        let session_header = match self.session {
            Some(session) => Some(session.value.header?),
            None => None,
        };
        let user_header = match self.user {
            Some(user) => Some(user.value.header?),
            None => None,
        };
        let unassigned =
            self.unassigned.unwrap_or_else(|| Spanned::new(format!("{}-unassigned", policy.value), policy.span));
        let keep = self.keep?;
        let kept = |what| keep.value.iter().any(|kept| kept.value == what);
        let keep = Spanned::new(Keep { refused: kept(Kept::Refused), errors: kept(Kept::Errors) }, keep.span);
        let (record, batch, buffer) = (self.record?, self.batch?, self.buffer?);
        let tracing = Tracing {
            phoenix: self.phoenix?.value.lower()?,
            mode: self.mode?,
            project: self.project?,
            unassigned,
            sampling: self.sampling?,
            keep,
            session_header,
            user_header,
            trust_client_trace: self.trust_client_trace?,
            record: Spanned::new(record.value.lower()?, record.span),
            batch: Spanned::new(batch.value.lower()?, batch.span),
            buffer: Spanned::new(buffer.value.lower()?, buffer.span),
        };
        Some(Spanned::new(tracing, span))
    }
}

impl PhoenixForm {
    fn lower(self) -> Option<Phoenix> {
        let deploy = match self.deploy {
            Some(deploy) => {
                let form = deploy.value;
                Some(Spanned::new(PhoenixDeploy { storage: form.storage?, image: form.image? }, deploy.span))
            }
            None => None,
        };
        let api_key = match self.api_key {
            Some(api_key) => {
                let form = api_key.value;
                Some(Spanned::new(SecretKey { secret: form.secret?.value, key: form.key?.value }, api_key.span))
            }
            None => None,
        };
        Some(Phoenix {
            service: self.service?,
            protocol: self.protocol?,
            grpc: self.grpc?,
            http: self.http?,
            port_name: self.port_name,
            api_key,
            deploy,
        })
    }
}

impl RecordForm {
    fn lower(self) -> Option<Record> {
        Some(Record {
            query: self.query?,
            request_headers: self.request_headers?.value,
            response_headers: self.response_headers?.value,
            bodies: self.bodies,
            redact: self.redact?.value,
        })
    }
}

impl BatchForm {
    fn lower(self) -> Option<Batch> {
        Some(Batch { spans: self.spans?, bytes: self.bytes?, every: self.every? })
    }
}

impl BufferForm {
    fn lower(self) -> Option<Buffer> {
        Some(Buffer { spans: self.spans?, bytes: self.bytes? })
    }
}
