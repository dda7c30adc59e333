//! A gateway that breaks off: it takes a request and closes the connection instead of answering.

use crate::envoy::identity::Identity;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A running one. Health checks pass. Dropping it ends it.
#[derive(Debug)]
pub struct Abrupt {
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Abrupt {
    /// Starts it at an address that is reserved, within a tokio runtime.
    ///
    /// # Panics
    /// When the address is taken, or the certificate is malformed.
    #[must_use]
    pub fn start(address: SocketAddr, certificate: &Identity) -> Self {
        let chain = vec![CertificateDer::from_pem_slice(certificate.certificate().as_bytes()).expect("a certificate")];
        let key = PrivateKeyDer::from_pem_slice(certificate.key().as_bytes()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("TLS 1.2 and 1.3")
            .with_no_client_auth();
        let mut config = config.with_single_cert(chain, key).expect("a pair");
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_reuseport(true).expect("a shared port");
        socket.set_reuseaddr(true).expect("a shared port");
        socket.bind(address).expect("a free port");
        let listener = socket.listen(64).expect("a listener");
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let heard = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, heard) = (acceptor.clone(), Arc::clone(&heard));
                // Whoever breaks off here is not missed.
                tokio::spawn(async move { take(&acceptor, stream, &heard).await.is_ok() });
            }
        });
        Self { requests, task }
    }

    /// The request lines that it has taken without an answer.
    ///
    /// # Panics
    /// Never; the lock's holders do not.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no holder panics").clone()
    }
}

impl Drop for Abrupt {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(acceptor: &TlsAcceptor, stream: TcpStream, heard: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    loop {
        let mut head = Vec::new();
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let line = head.lines().next().unwrap_or_default().to_owned();
        if !line.contains(" /health ") {
            heard.lock().expect("no holder panics").push(line);
            return stream.shutdown().await;
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await?;
    }
}
