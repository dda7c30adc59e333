//! A client of the front door or of a gateway, over TLS: raw HTTP/1.1, or HTTP/2.

use crate::envoy::client::{self, Connection, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme, StreamOwned};
use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// A connection over TLS.
pub type Secure = Connection<StreamOwned<ClientConnection, TcpStream>>;

/// Opens connections to one address.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    name: ServerName<'static>,
    config: Arc<ClientConfig>,
}

impl Client {
    /// Asks for `host` at `address`, and believes certificates of the authority in `trust` (PEM).
    ///
    /// # Panics
    /// When either is malformed.
    #[must_use]
    pub fn new(address: SocketAddr, host: &str, trust: &str) -> Self {
        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_slice(trust.as_bytes()).expect("a certificate");
        roots.add(certificate).expect("an authority");
        let config = builder().with_root_certificates(roots).with_no_client_auth();
        Self { address, name: name(host), config: Arc::new(config) }
    }

    /// The same with another server name, whatever certificate is presented for it.
    ///
    /// # Panics
    /// When it is no host name.
    #[must_use]
    pub fn asking_for(mut self, host: &str) -> Self {
        let config = builder().dangerous().with_custom_certificate_verifier(Arc::new(Anybody));
        self.config = Arc::new(config.with_no_client_auth());
        self.name = name(host);
        self
    }

    /// Connects, to speak HTTP/1.1.
    ///
    /// # Errors
    /// When nothing listens there, or TLS does not come about.
    pub fn open(&self) -> io::Result<Secure> {
        let mut stream = client::connect(self.address)?;
        let mut connection =
            ClientConnection::new(Arc::clone(&self.config), self.name.clone()).map_err(io::Error::other)?;
        while connection.is_handshaking() {
            connection.complete_io(&mut stream)?;
        }
        Ok(Connection::over(StreamOwned::new(connection, stream)))
    }

    /// Sends one request on a connection of its own.
    ///
    /// # Errors
    /// As [`Client::open`], and when no whole answer comes.
    pub fn send(&self, request: &Request) -> io::Result<Response> {
        self.open()?.send(request)
    }

    /// Connects within a tokio runtime, to speak `protocol` (`http/1.1` or `h2`).
    ///
    /// # Errors
    /// As [`Client::open`], and when the other side speaks another protocol.
    pub async fn stream(&self, protocol: &str) -> io::Result<tokio_rustls::client::TlsStream<tokio::net::TcpStream>> {
        let mut config = (*self.config).clone();
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        let stream = tokio::net::TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let stream = TlsConnector::from(Arc::new(config)).connect(self.name.clone(), stream).await?;
        match stream.get_ref().1.alpn_protocol() {
            Some(agreed) if agreed == protocol.as_bytes() => Ok(stream),
            other => Err(io::Error::other(format!("{protocol} is not spoken here, but {other:?}"))),
        }
    }

    /// Connects within a tokio runtime, to speak HTTP/2.
    ///
    /// # Errors
    /// As [`Client::stream`].
    pub async fn http2<B>(&self) -> io::Result<SendRequest<B>>
    where
        B: Body<Data = Bytes, Error = Infallible> + Send + Unpin + 'static,
    {
        let stream = TokioIo::new(self.stream("h2").await?);
        let (sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.map_err(io::Error::other)?;
        tokio::spawn(connection);
        Ok(sender)
    }

    /// Sends one request in HTTP/2, on a connection of its own. Trailers stand behind the headers of what it returns.
    ///
    /// # Errors
    /// As [`Client::http2`], and when no whole answer comes.
    pub async fn send_http2(&self, request: hyper::Request<Full<Bytes>>) -> io::Result<Response> {
        let mut sender = self.http2().await?;
        let (head, body) = sender.send_request(request).await.map_err(io::Error::other)?.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?;
        let trailers = body.trailers().cloned().unwrap_or_default();
        let headers = head
            .headers
            .iter()
            .chain(&trailers)
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let headers = headers.collect();
        Ok(Response { status: head.status.as_u16(), headers, body: body.to_bytes().to_vec() })
    }
}

fn builder() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("TLS 1.2 and 1.3")
}

fn name(host: &str) -> ServerName<'static> {
    ServerName::try_from(host.to_owned()).expect("a host name")
}

/// Believes everybody.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}
