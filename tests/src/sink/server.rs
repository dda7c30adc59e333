//! The sink's listener: from a request to the ledger and an answer.

use super::ledger::Ledger;
use super::mode::Mode;
use super::wire::{Answer, Protocol, Wrong};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Notify;

const BACKLOG: u32 = 128;

/// What the connections share.
#[derive(Debug, Default)]
pub struct Shared {
    pub ledger: Mutex<Ledger>,
    pub mode: Mutex<Mode>,
}

/// Listens on a port that is held with `SO_REUSEPORT`.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until aborted; its connections end with it.
pub async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = tokio::task::JoinSet::new();
    // A failed accept is the client's loss.
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (shared, hang_up) = (Arc::clone(&shared), Arc::new(Notify::new()));
        connections.spawn(async move {
            let hung_up = Arc::clone(&hang_up);
            let service = service_fn(move |request| answer(Arc::clone(&shared), Arc::clone(&hang_up), request));
            let builder = auto::Builder::new(TokioExecutor::new());
            tokio::select! {
                // A connection that breaks is part of the play.
                _ = builder.serve_connection(TokioIo::new(stream), service) => {}
                () = hung_up.notified() => {}
            }
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(shared: Arc<Shared>, hang_up: Arc<Notify>, request: Request<Incoming>) -> hyper::Result<Answer> {
    let (head, body) = request.into_parts();
    let (method, path) = (head.method.as_str(), head.uri.path());
    if (method, path) == ("GET", "/tally") {
        return Ok(tally(&shared));
    }
    let Some(protocol) = Protocol::of(method, path) else {
        shared.ledger().violations.push(format!("{method} {path}"));
        return Ok(Protocol::Http.refused(0, 404));
    };
    // A client that leaves in the middle of its request has sent nothing.
    let body = body.collect().await?.to_bytes();
    let mode = *shared.mode.lock().unwrap_or_else(PoisonError::into_inner);
    let read = protocol.message(&head.headers, body).and_then(|message| {
        let request = ExportTraceServiceRequest::decode(message.clone());
        Ok((message.len(), request.map_err(|error| (error.to_string(), Wrong::Content))?))
    });
    let (bytes, request) = match read {
        Ok(read) => read,
        Err((what, wrong)) => {
            shared.ledger().violations.push(what);
            let (grpc, http) = wrong.statuses();
            return Ok(protocol.refused(grpc, http));
        }
    };
    match mode {
        Mode::Refuse(_) | Mode::Close => shared.ledger().turned_away += 1,
        Mode::Healthy | Mode::Slow(_) | Mode::Silent => shared.ledger().take(request, bytes),
    }
    match mode {
        Mode::Healthy => Ok(protocol.accepted()),
        Mode::Slow(delay) => {
            tokio::time::sleep(delay).await;
            Ok(protocol.accepted())
        }
        Mode::Refuse(refusal) => Ok(protocol.refused(refusal.grpc(), refusal.http())),
        Mode::Silent => std::future::pending().await,
        Mode::Close => {
            hang_up.notify_one();
            std::future::pending().await
        }
    }
}

/// Counts by service as JSON, for a sink in another process.
fn tally(shared: &Shared) -> Answer {
    let ledger = shared.ledger();
    let page = serde_json::json!({ "services": ledger.services, "violations": ledger.violations });
    Response::new(Full::new(page.to_string().into()).boxed())
}

impl Shared {
    fn ledger(&self) -> std::sync::MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
