//! Built-in services that answer with what reached them.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Who an echo service stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    /// The cluster that it runs in.
    pub cluster: String,
    /// The service.
    pub service: String,
    /// The release, for a service that has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
}

/// `us/cogniverse-runtime/stable`.
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.cluster, self.service)?;
        self.release.as_ref().map_or(Ok(()), |release| write!(f, "/{release}"))
    }
}

/// What an echo service answers, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echo {
    /// Who answers.
    #[serde(flatten)]
    pub identity: Identity,
    /// The method.
    pub method: String,
    /// Path and query as they arrived.
    pub path: String,
    /// Every header as it arrived, in order.
    pub headers: Vec<(String, String)>,
    /// Length of the body in bytes.
    pub body_length: usize,
}

/// A running echo service on a loopback port. Dropping it ends it.
///
/// Two request headers make it misbehave: `x-echo-status` sets the answer's status, and
/// `x-echo-delay` holds the answer back for so many milliseconds.
#[derive(Debug)]
pub struct EchoService {
    identity: Identity,
    address: SocketAddr,
    requests: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl EchoService {
    /// Starts a service on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(identity: Identity) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let requests = Arc::new(AtomicU64::new(0));
        let task = tokio::spawn(serve(listener, Arc::new(identity.clone()), Arc::clone(&requests)));
        Ok(Self { identity, address, requests, task })
    }

    /// Who it stands for.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many requests have reached it, counted at their headers.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for EchoService {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, identity: Arc<Identity>, requests: Arc<AtomicU64>) {
    let mut connections = tokio::task::JoinSet::new();
    // A failed accept is the client's loss; the service goes on.
    while let Ok((stream, _)) = listener.accept().await {
        let (identity, requests) = (Arc::clone(&identity), Arc::clone(&requests));
        connections.spawn(async move {
            let service = service_fn(move |request| {
                requests.fetch_add(1, Ordering::SeqCst);
                answer(Arc::clone(&identity), request)
            });
            let builder = auto::Builder::new(TokioExecutor::new());
            // A connection that Envoy gives up is no error of ours.
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(identity: Arc<Identity>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let number = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let body_length = body.collect().await.map_or(0, |body| body.to_bytes().len());
    let echo = Echo {
        identity: (*identity).clone(),
        method: head.method.to_string(),
        path: head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body_length,
    };
    if let Some(delay) = number("x-echo-delay") {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let mut text = serde_json::to_vec(&echo).expect("an echo is always serialisable");
    text.push(b'\n');
    let mut response = Response::new(Full::new(text.into()));
    response.headers_mut().insert("content-type", hyper::header::HeaderValue::from_static("application/json"));
    if let Some(status) = number("x-echo-status").and_then(|status| u16::try_from(status).ok())
        && let Ok(status) = hyper::StatusCode::from_u16(status)
    {
        *response.status_mut() = status;
    }
    Ok(response)
}
