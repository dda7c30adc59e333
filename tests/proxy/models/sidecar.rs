//! The sidecar of a model service, whose spans go to a sink.

use super::server::{Answer, ModelServer};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tenantry::envoy::filters::{self, Wasm, config_text};
use tenantry::envoy::{access_log, bootstrap, clusters, listener::Listener, tracing};
use tenantry::plan::filter::plugin_config;
use tenantry::plan::place::Place;
use tenantry::plan::plan;
use tenantry::try_::port::Port;
use tenantry_tests::envoy::identity::Authority;
use tenantry_tests::envoy::{Envoy, module};
use tenantry_tests::policy::parse;
use tenantry_tests::sink::Sink;
use tokio::runtime::Runtime;

/// How long a piece of an answer, or a span, may take.
const LIMIT: Duration = Duration::from_secs(10);

/// What runs: a client's way in, the sidecar, the model service behind it, and where the spans go.
pub struct Sidecar {
    client: SocketAddr,
    pub model: ModelServer,
    sink: Sink,
    runtime: Runtime,
    _envoy: Envoy,
}

/// A policy whose services `model`, `embedder` and `index` are called by `app` from inside the mesh.
fn policy(tracing: &str) -> String {
    let services = [("model", "LLM"), ("embedder", "EMBEDDING"), ("index", "RETRIEVER")];
    let services: String = services
        .iter()
        .map(|(name, kind)| format!("  {name}: {{port: 8000, span: {kind}, callers: [app]}}\n"))
        .collect();
    format!(
        r#"
apiVersion: tenantry/v1
kind: MeshPolicy
metadata: {{name: models, namespace: default}}
mesh: {{istio: "1.31", profile: minimal, mtls: strict, accessLog: json}}
filter: {{url: "oci://registry.example.com/filter:1"}}
clusters:
  us: {{endpoint: us.example.com}}
ingress: {{hosts: [api.example.com], tls: {{secret: example-cert}}}}
tenancy: {{header: X-Tenant-ID, ids: org-colon, tiers: {{standard: {{}}}}, default: {{tier: standard}}}}
tenants:
  acme: {{cluster: us}}
services:
  app: {{port: 8000, callers: [ingress]}}
{services}routes:
  - {{path: /, to: app}}
tracing:
  phoenix: {{service: phoenix}}
  project: "models-{{tenant}}"
  unassigned: models-unassigned
  batch: {{every: 200ms}}
{tracing}"#
    )
}

impl Sidecar {
    /// The sidecar of a service, with more lines of `tracing`.
    pub fn start(version: &str, service: &str, tracing: &str) -> Self {
        let (policy, _) = parse(&policy(tracing)).unwrap_or_else(|errors| panic!("{errors}"));
        let runtime = Runtime::new().expect("a tokio runtime");
        let _guard = runtime.enter();
        let (model, sink) = (ModelServer::start().expect("a port"), Sink::start().expect("a port"));
        sink.keep_spans();
        let [client, own] = [(); 2].map(|()| Port::reserve().expect("a port"));
        let authority = Authority::generate();
        let account = |name: &str| authority.identity(&format!("spiffe://cluster.local/ns/default/sa/{name}"));

        let config = plugin_config(&policy, "us", Place::Workload(service));
        let (text, environment) = (config_text(&config), filters::environment(&config));
        let wasm = Wasm { name: "tenantry", module: &module(), config: &text, environment: &environment }.filter();
        let mut sidecar = pass("sidecar", own.address(), vec![wasm], "model");
        sidecar["filter_chains"][0]["transport_socket"] = authority.server(&account(service));
        let mut to_sidecar = clusters::cluster("sidecar", own.address(), false);
        to_sidecar["transport_socket"] = authority.client(Some(&account("app")));
        let plan = plan(&policy, "us").expect("the policy has this cluster");
        let upstreams = vec![
            to_sidecar,
            clusters::cluster("model", model.address, false),
            tracing::collector(&plan, Some(sink.address())).expect("the policy traces"),
        ];
        let listeners = vec![pass("client", client.address(), vec![], "sidecar"), sidecar];
        let envoy = Envoy::start(version, &bootstrap("models", listeners, upstreams), 1)
            .unwrap_or_else(|error| panic!("Envoy {version} does not start: {error}"));
        Self { client: client.address(), model, sink, runtime, _envoy: envoy }
    }

    /// Asks for an answer and reads all of it, where the service sends each piece only once the one before is here.
    /// Gives the span.
    pub fn call(&self, path: &str, asked: &str, answer: Answer) -> Span {
        let whole = answer.pieces.concat();
        let received = self.read(path, asked, answer, usize::MAX);
        assert!(received == whole, "the answer came as it was sent");
        self.span()
    }

    /// Reads so many pieces of an answer, and leaves if there are more.
    pub fn read(&self, path: &str, asked: &str, answer: Answer, pieces: usize) -> Vec<u8> {
        let ends: Vec<usize> = answer
            .pieces
            .iter()
            .scan(0, |end, piece| {
                Some({
                    *end += piece.len();
                    *end
                })
            })
            .collect();
        self.model.answer(answer);
        let received = self.runtime.block_on(async {
            let stream = tokio::net::TcpStream::connect(self.client).await.expect("Envoy listens");
            let (mut sender, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a connection");
            let connection = tokio::spawn(connection);
            let request = hyper::Request::post(path)
                .header("host", "model")
                .header("x-tenant-id", "acme")
                .header("content-type", "application/json")
                .body(Full::new(Bytes::copy_from_slice(asked.as_bytes())))
                .expect("a request");
            let mut answer = sender.send_request(request).await.expect("an answer");
            let status = answer.status();
            let mut received = Vec::new();
            for end in ends.into_iter().take(pieces) {
                while received.len() < end {
                    let frame = tokio::time::timeout(LIMIT, answer.frame()).await;
                    let frame = frame.unwrap_or_else(|_| panic!("after {} bytes, nothing comes", received.len()));
                    let frame = frame.unwrap_or_else(|| panic!("{status}, and the end after {} bytes", received.len()));
                    received.extend_from_slice(frame.expect("no reset").data_ref().expect("no trailers"));
                }
                self.model.has_piece();
            }
            connection.abort();
            received
        });
        assert_eq!(self.model.asked(), asked.as_bytes(), "the request came as it was sent");
        received
    }

    /// The span that comes next.
    pub fn span(&self) -> Span {
        assert!(self.sink.wait(LIMIT, |ledger| !ledger.kept.is_empty()), "no span comes");
        self.sink.read(|ledger| {
            assert_eq!((&ledger.violations, ledger.kept.len()), (&vec![], 1));
            let received = ledger.kept.remove(0);
            assert_eq!(received.project.as_deref(), Some("models-acme"));
            received.span
        })
    }
}

/// A listener that sends everything to one cluster.
fn pass(name: &str, address: SocketAddr, mut filters: Vec<Value>, cluster: &str) -> Value {
    filters.push(filters::router());
    let routes = json!({ "virtual_hosts": [{
        "name": "all",
        "domains": ["*"],
        "routes": [{ "match": { "prefix": "/" }, "route": { "cluster": cluster, "timeout": "0s" } }],
    }] });
    Listener {
        name,
        address,
        filters,
        routes,
        access_log: access_log::logger("us"),
        tracing: None,
        local_reply: None,
        early: Value::Null,
    }
    .to_json()
}

/// What a span tells of a model call: its attributes about models, recorded bodies, and what was found in its metadata.
pub fn told(span: &Span) -> Value {
    let mut told = serde_json::Map::new();
    for attribute in &span.attributes {
        let value = match attribute.value.as_ref().and_then(|value| value.value.as_ref()) {
            Some(Any::StringValue(text)) => Value::from(text.as_str()),
            Some(Any::IntValue(number)) => Value::from(*number),
            other => panic!("`{}` is {other:?}", attribute.key),
        };
        let key = attribute.key.as_str();
        if key == "metadata" {
            let metadata: Value = serde_json::from_str(value.as_str().expect("a string")).expect("JSON");
            for name in ["embeddings", "hits", "total_hits"] {
                told.extend(metadata.get(name).map(|found| (name.to_owned(), found.clone())));
            }
        } else if ["llm.", "embedding.", "input.", "output."].iter().any(|family| key.starts_with(family)) {
            told.insert(key.to_owned(), value);
        }
    }
    told.into()
}
