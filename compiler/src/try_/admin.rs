//! Envoy's admin interface, as far as a local run needs it.

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// The admin interface of one running Envoy.
#[derive(Clone, Copy, Debug)]
pub struct Admin {
    address: SocketAddr,
}

impl Admin {
    /// Speaks to the interface at `address`.
    #[must_use]
    pub const fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether every listener is up.
    pub async fn ready(&self) -> bool {
        matches!(self.send(Method::GET, "/ready").await, Ok((StatusCode::OK, _)))
    }

    /// The body of a page, for example `/stats/prometheus`.
    ///
    /// # Errors
    /// When Envoy does not answer, or answers with another status than 200.
    pub async fn get(&self, path: &str) -> io::Result<String> {
        match self.send(Method::GET, path).await? {
            (StatusCode::OK, body) => Ok(body),
            (status, body) => Err(io::Error::other(format!("{path} answered {status}: {body}"))),
        }
    }

    /// Asks Envoy to end.
    ///
    /// # Errors
    /// When Envoy does not answer.
    pub async fn quit(&self) -> io::Result<()> {
        self.send(Method::POST, "/quitquitquit").await.map(drop)
    }

    async fn send(&self, method: Method, path: &str) -> io::Result<(StatusCode, String)> {
        let stream = TcpStream::connect(self.address).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", self.address.to_string())
            .body(Empty::<Bytes>::new())
            .map_err(io::Error::other)?;
        let response = sender.send_request(request).await.map_err(io::Error::other)?;
        let status = response.status();
        let body = response.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }
}
