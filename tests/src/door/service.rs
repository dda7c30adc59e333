//! The services of a cluster: one server for all of them.

use super::ledger::Ledger;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, UPGRADE};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tenantry::try_::echo::{Echo, Identity};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinHandle;

/// What a server of WebSockets answers to the key `dGhlIHNhbXBsZSBub25jZQ==` (RFC 6455, section 1.3).
const ACCEPTED: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

type Answer = Response<BoxBody<Bytes, Infallible>>;

/// Answers with what reached it, as `tenantry try`'s echo services do, and writes it into a [`Ledger`]. Dropping it ends it.
///
/// Request headers make it behave otherwise: `x-echo-status` sets the status, `x-echo-delay` holds the answer back for so
/// many milliseconds, `x-echo-pieces` answers in so many pieces, each when [`Ledger::release_piece`] lets it,
/// `x-echo-trailer` is the trailer `grpc-status`, `x-echo-header` is the length of a header `x-large`, and
/// `x-echo-back` gives the body back while it comes. What asks for another protocol is switched to it and gets its bytes back.
#[derive(Debug)]
pub struct Service {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Service {
    /// Starts it on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(cluster: &str, ledger: Ledger) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let identity = Identity { cluster: cluster.to_owned(), service: "any".to_owned(), release: None };
        let task = tokio::spawn(serve(listener, identity, ledger));
        Ok(Self { address, task })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, identity: Identity, ledger: Ledger) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (identity, ledger) = (identity.clone(), ledger.clone());
        connections.spawn(async move {
            let service = service_fn(move |request| answer(identity.clone(), ledger.clone(), request));
            let builder = auto::Builder::new(TokioExecutor::new());
            // A connection that the gateway gives up is no error of ours.
            let _ = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(identity: Identity, ledger: Ledger, mut request: Request<Incoming>) -> Result<Answer, Infallible> {
    if let Some(id) = text(request.headers(), Ledger::ID) {
        ledger.note(&id, &identity.cluster);
    }
    if let Some(protocol) = request.headers().get(UPGRADE).cloned() {
        tokio::spawn(give_back(hyper::upgrade::on(&mut request)));
        let mut response = Response::new(BoxBody::default());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        response.headers_mut().insert(UPGRADE, protocol);
        response.headers_mut().insert("connection", HeaderValue::from_static("upgrade"));
        response.headers_mut().insert("sec-websocket-accept", HeaderValue::from_static(ACCEPTED));
        return Ok(response);
    }
    let (head, body) = request.into_parts();
    if head.headers.contains_key("x-echo-back") {
        return Ok(Response::new(as_it_comes(body)));
    }
    let number = |name: &str| text(&head.headers, name).and_then(|text| text.parse::<u64>().ok());
    let body_length = body.collect().await.map_or(0, |body| body.to_bytes().len());
    let echo = Echo {
        identity,
        method: head.method.to_string(),
        path: head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), lossy(value))).collect(),
        body_length,
    };
    if let Some(delay) = number("x-echo-delay") {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let body = match number("x-echo-pieces") {
        Some(pieces) => in_pieces(pieces, ledger),
        None => BoxBody::new(Full::from(serde_json::to_vec(&echo).expect("an echo is serialisable"))),
    };
    let body = match head.headers.get("x-echo-trailer").cloned() {
        Some(status) => BoxBody::new(body.with_trailers(async move {
            Some(Ok([(HeaderName::from_static("grpc-status"), status)].into_iter().collect()))
        })),
        None => body,
    };
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(length) = number("x-echo-header").and_then(|length| usize::try_from(length).ok()) {
        let value = HeaderValue::try_from("x".repeat(length)).expect("a header's value");
        response.headers_mut().insert("x-large", value);
    }
    if let Some(status) = number("x-echo-status").and_then(|status| u16::try_from(status).ok()) {
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    }
    Ok(response)
}

/// A body whose pieces come one by one.
fn in_pieces(pieces: u64, ledger: Ledger) -> BoxBody<Bytes, Infallible> {
    let (sender, receiver) = channel::<Bytes>(1);
    tokio::spawn(async move {
        for piece in 0..pieces {
            ledger.piece().await;
            if sender.send(format!("piece {piece}\n").into()).await.is_err() {
                break;
            }
        }
    });
    BoxBody::new(Pieces(receiver))
}

/// The request's body, each piece as soon as it is here.
fn as_it_comes(mut body: Incoming) -> BoxBody<Bytes, Infallible> {
    let (sender, receiver) = channel::<Bytes>(1);
    tokio::spawn(async move {
        while let Some(Ok(frame)) = body.frame().await {
            let Ok(piece) = frame.into_data() else { continue };
            if sender.send(piece).await.is_err() {
                break;
            }
        }
    });
    BoxBody::new(Pieces(receiver))
}

/// A body of what a channel gives.
#[derive(Debug)]
pub struct Pieces(pub Receiver<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|bytes| Ok(Frame::data(bytes))))
    }
}

async fn give_back(upgrade: hyper::upgrade::OnUpgrade) {
    let Ok(upgraded) = upgrade.await else { return };
    let mut stream = TokioIo::new(upgraded);
    let mut buffer = [0; 1024];
    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..length]).await.is_err() {
            break;
        }
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(lossy)
}

fn lossy(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}
