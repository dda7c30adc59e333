//! The sink itself, by both protocols.

use super::{Mode, Refusal, Sink};
use crate::envoy::client::{self, Body, Request};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// What an OTLP client learns: the status of its protocol, or that there was no answer.
type Outcome = Result<u32, String>;

/// A request with one span for each id.
fn request(project: &str, ids: &[u8]) -> ExportTraceServiceRequest {
    let attribute = |key: &str, value: &str| KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(Value::StringValue(value.to_owned())) }),
        ..KeyValue::default()
    };
    let attributes = vec![attribute("openinference.project.name", project), attribute("service.name", "test")];
    let spans = ids.iter().map(|id| Span {
        trace_id: vec![1; 16],
        span_id: vec![*id; 8],
        name: "GET /search".to_owned(),
        ..Span::default()
    });
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(Resource { attributes, ..Resource::default() }),
            scope_spans: vec![ScopeSpans { spans: spans.collect(), ..ScopeSpans::default() }],
            ..ResourceSpans::default()
        }],
    }
}

fn post(address: SocketAddr, content_type: &str, body: Vec<u8>) -> Outcome {
    let mut request = Request::new("POST", "sink", "/v1/traces").header("Content-Type", content_type);
    request.body = Body::Sized(body);
    client::send(address, &request).map(|answer| answer.status.into()).map_err(|error| error.to_string())
}

fn http(address: SocketAddr, request: &ExportTraceServiceRequest) -> Outcome {
    post(address, "application/x-protobuf", request.encode_to_vec())
}

/// Sends one message; the gRPC status comes in headers or in trailers.
fn grpc(address: SocketAddr, message: &[u8]) -> Outcome {
    let mut body = vec![0];
    body.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    body.extend(message);
    let request =
        hyper::Request::post(format!("http://{address}/opentelemetry.proto.collector.trace.v1.TraceService/Export"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Full::<Bytes>::from(body))
            .unwrap();
    let exchange = async {
        let stream = tokio::net::TcpStream::connect(address).await.map_err(|e| e.to_string())?;
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                .await
                .map_err(|e| e.to_string())?;
        let connection = tokio::spawn(connection);
        let answer = sender.send_request(request).await.map_err(|e| e.to_string())?;
        let (head, body) = answer.into_parts();
        let trailers = body.collect().await.map_err(|e| e.to_string())?.trailers().cloned().unwrap_or_default();
        connection.abort();
        let status = head.headers.get("grpc-status").or_else(|| trailers.get("grpc-status"));
        status.and_then(|status| status.to_str().ok()?.parse().ok()).ok_or_else(|| "no grpc-status".to_owned())
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(20), exchange).await }).unwrap()
}

#[test]
fn both_protocols_are_taken_and_counted() {
    let sink = Sink::start().unwrap();
    sink.keep_spans();
    assert_eq!(http(sink.address(), &request("acme", &[1, 2])), Ok(200));
    assert_eq!(grpc(sink.address(), &request("globex", &[2, 3]).encode_to_vec()), Ok(0));
    sink.read(|ledger| {
        assert_eq!((ledger.total.requests, ledger.total.spans, ledger.total.distinct), (2, 4, 3));
        assert_eq!(ledger.duplicates(), 1);
        assert_eq!(ledger.services["test"], ledger.total);
        let projects: Vec<_> = ledger.projects.iter().map(|(name, spans)| (name.as_str(), *spans)).collect();
        assert_eq!(projects, [("acme", 2), ("globex", 1)]);
        assert_eq!(ledger.kept.iter().map(|kept| kept.span.span_id[0]).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(ledger.violations, [""; 0]);
        let lengths = request("acme", &[1, 2]).encoded_len() + request("globex", &[2, 3]).encoded_len();
        assert_eq!(ledger.total.bytes, lengths as u64);
    });
}

#[test]
fn what_phoenix_does_not_take_is_refused_and_noted() {
    let sink = Sink::start().unwrap();
    let good = request("acme", &[1]).encode_to_vec();
    let typed = |content_type| post(sink.address(), content_type, good.clone());
    assert_eq!(typed("application/x-protobuf; charset=utf-8"), Ok(415));
    assert_eq!(typed("application/json"), Ok(415));
    assert_eq!(post(sink.address(), "application/x-protobuf", b"\xff".to_vec()), Ok(422));
    let at = good.windows(4).position(|four| four == b"acme").unwrap();
    let mut bad = good.clone();
    bad[at] = 0xff;
    assert_eq!(post(sink.address(), "application/x-protobuf", bad.clone()), Ok(422), "a string that is not UTF-8");
    assert_eq!(grpc(sink.address(), &bad), Ok(3));
    assert_eq!(grpc(sink.address(), &vec![0; (4 << 20) + 1]), Ok(8));
    assert_eq!(sink.read(|ledger| (ledger.total.spans, ledger.violations.len())), (0, 6));

    assert_eq!(http(sink.address(), &request("", &[1])), Ok(200), "Phoenix takes an empty project name, to its harm");
    assert_eq!(http(sink.address(), &request("acme", &[0])), Ok(200));
    let noted = sink.read(|ledger| ledger.violations[6..].to_vec());
    assert_eq!(noted, ["a resource with an empty project name", "a span `GET /search` without ids"]);
}

#[test]
fn refusals_take_nothing() {
    let sink = Sink::start().unwrap();
    for refusal in Refusal::ALL {
        sink.set(Mode::Refuse(refusal));
        assert_eq!(http(sink.address(), &request("acme", &[1])), Ok(refusal.http().into()));
        assert_eq!(grpc(sink.address(), &request("acme", &[1]).encode_to_vec()), Ok(refusal.grpc()));
    }
    assert_eq!(sink.read(|ledger| (ledger.total.requests, ledger.turned_away)), (0, 10));
}

#[test]
fn slow_silent_and_closing() {
    let sink = Sink::start().unwrap();
    sink.set(Mode::Slow(Duration::from_millis(200)));
    let begin = Instant::now();
    assert_eq!(grpc(sink.address(), &request("acme", &[1]).encode_to_vec()), Ok(0));
    assert!(begin.elapsed() >= Duration::from_millis(200));

    sink.set(Mode::Close);
    assert!(http(sink.address(), &request("acme", &[2])).is_err());
    assert!(grpc(sink.address(), &request("acme", &[2]).encode_to_vec()).is_err());
    assert_eq!(sink.read(|ledger| (ledger.total.spans, ledger.turned_away)), (1, 2));

    sink.set(Mode::Silent);
    let address = sink.address();
    let waiting = std::thread::spawn(move || http(address, &request("acme", &[3])));
    assert!(sink.wait(Duration::from_secs(10), |ledger| ledger.total.distinct == 2), "it was taken");
    assert!(!waiting.is_finished(), "and not answered");
    drop(sink);
    assert!(waiting.join().unwrap().is_err(), "until the sink goes away");
}

#[test]
fn down_and_up_on_the_same_port() {
    let mut sink = Sink::reserve().unwrap();
    assert!(http(sink.address(), &request("acme", &[1])).is_err(), "down at start");
    for _ in 0..3 {
        sink.up().unwrap();
        assert_eq!(http(sink.address(), &request("acme", &[1])), Ok(200));
        sink.down();
        assert!(http(sink.address(), &request("acme", &[1])).is_err());
    }
    assert_eq!(sink.read(|ledger| (ledger.total.distinct, ledger.duplicates())), (1, 2));
}
