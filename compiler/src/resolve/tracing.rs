//! `tracing`.

use super::form::{Flag, Port, choices, record};
use super::formats::{HeaderName, Image, Name, Percent, PortName, ProjectTemplate, Quantity};
use crate::policy::{Phoenix, PhoenixDeploy, Tracing, TracingMode};
use crate::source::{Span, Spanned};

choices! {
    /// `tracing.mode`.
    pub ModeForm => TracingMode {
        /// The filter sends the spans, each tenant's to a project of its own.
        "per-tenant" => TracingMode::PerTenant,
        /// Envoy sends the spans and the filter adds the tenant; all tenants share one project.
        "enrich" => TracingMode::Enrich,
    }
}

record! {
    /// How requests are traced.
    pub struct TracingForm {
        /// Where Phoenix is.
        "phoenix" phoenix: PhoenixForm, default "{}";
        /// Who sends the spans, and to which project.
        "mode" mode: ModeForm, default "per-tenant";
        /// The name of a tenant's project. `{org}` stands for the part of the id before the colon and `{tenant}` for the
        /// part behind it; an id without a colon stands for both.
        "project" project: ProjectTemplate, default "\"{org}:{tenant}\"", example "\"cogniverse-{org}:{tenant}\"";
        /// The share of requests that are traced.
        "sampling" sampling: Percent, default "100%";
        /// How requests of one session are told.
        "session" session: SessionForm, optional, example "{header: x-session-id}";
        /// Whether the trace id that a client sends is kept. Phoenix puts a trace into the project that it saw it
        /// in first, so a client that is believed can put another tenant's spans into its own project.
        "trustClientTrace" trust_client_trace: Flag, default "false";
    }
}

record! {
    /// Where Phoenix is.
    pub struct PhoenixForm {
        /// The name of its Kubernetes Service.
        "service" service: Name, default "phoenix";
        /// Its port for OTLP over gRPC.
        "grpc" grpc: Port, default "4317";
        /// Its port for the web pages and for OTLP over HTTP.
        "http" http: Port, default "6006";
        /// The name of the gRPC port on a Service that is there already. Istio reads the protocol from it, so it has
        /// to be `grpc` or start with `grpc-`.
        "portName" port_name: PortName, optional, example "grpc-otlp";
        /// Given, Phoenix is deployed with the mesh.
        "deploy" deploy: DeployForm, optional, example "{storage: 10Gi}";
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

impl TracingForm {
    pub fn lower(self, span: Span) -> Option<Spanned<Tracing>> {
        let session_header = match self.session {
            Some(session) => Some(session.value.header?),
            None => None,
        };
        let tracing = Tracing {
            phoenix: self.phoenix?.value.lower()?,
            mode: self.mode?,
            project: self.project?,
            sampling: self.sampling?,
            session_header,
            trust_client_trace: self.trust_client_trace?,
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
        Some(Phoenix {
            service: self.service?,
            grpc: self.grpc?,
            http: self.http?.value,
            port_name: self.port_name,
            deploy,
        })
    }
}
