//! A collector as Envoy reaches it: what goes around a batch on its way.

use super::key;
use crate::host::calls::{GrpcCall, HttpCall};
use crate::pairs;
use tenantry_engine::config::{self, Otlp};
use tenantry_engine::trace::wire::Message;

const SERVICE: &str = "opentelemetry.proto.collector.trace.v1.TraceService";
const METHOD: &str = "Export";
const PATH: &str = "/v1/traces";
/// Phoenix takes no other, and none with parameters.
const CONTENT_TYPE: &str = "application/x-protobuf";

/// Where batches go, with everything but the batch written already.
pub struct Collector {
    pub protocol: Otlp,
    /// A serialised `envoy.config.core.v3.GrpcService`, or the name of a cluster.
    target: Vec<u8>,
    /// Initial metadata or headers.
    headers: Vec<u8>,
    /// In milliseconds.
    pub timeout: u32,
}

impl Collector {
    /// Reads the API key from the environment. Without it batches go all the same, and the log says so.
    pub fn new(to: &config::Collector) -> Self {
        let bearer = to.api_key_env.as_deref().and_then(key::bearer);
        let authorization = bearer.iter().map(|bearer| ("authorization", &**bearer));
        let (target, headers) = match to.protocol {
            Otlp::Grpc => (grpc_service(&to.cluster, &to.authority), authorization.collect::<Vec<_>>()),
            Otlp::Http => {
                let mut headers = vec![
                    (":method", "POST"),
                    (":path", PATH),
                    (":authority", &*to.authority),
                    ("content-type", CONTENT_TYPE),
                ];
                headers.extend(authorization);
                (to.cluster.clone().into_bytes(), headers)
            }
        };
        Self { protocol: to.protocol, target, headers: pairs::write(&headers), timeout: to.timeout_ms }
    }

    /// Sends a batch. Returns the token that the answer will bear, or nothing if it did not leave.
    pub fn send(&self, batch: &[u8]) -> Option<u32> {
        match self.protocol {
            Otlp::Grpc => {
                let call = GrpcCall {
                    service: &self.target,
                    name: SERVICE,
                    method: METHOD,
                    metadata: &self.headers,
                    timeout: self.timeout,
                };
                call.send(batch)
            }
            Otlp::Http => {
                let call = HttpCall { cluster: &self.target, headers: &self.headers, timeout: self.timeout };
                call.send(batch)
            }
        }
    }
}

/// `GrpcService { envoy_grpc: EnvoyGrpc { cluster_name, authority } }` in protobuf.
fn grpc_service(cluster: &str, authority: &str) -> Vec<u8> {
    let mut envoy_grpc = Message::default();
    envoy_grpc.bytes(1, cluster.as_bytes());
    envoy_grpc.bytes(2, authority.as_bytes());
    let mut service = Message::default();
    service.bytes(1, &envoy_grpc.into_bytes());
    service.into_bytes()
}
