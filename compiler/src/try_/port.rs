//! Ports that stay ours until Envoy listens on them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpSocket;

/// A free loopback port, held so that no other program takes it before Envoy does.
///
/// The socket is bound with `SO_REUSEPORT` and `SO_REUSEADDR`, and never listens: Envoy, which binds with the former, and
/// servers that bind with the latter alone can share the port, and every connection reaches them.
#[derive(Debug)]
pub struct Port {
    address: SocketAddr,
    _socket: TcpSocket,
}

impl Port {
    /// Takes a free port of 127.0.0.1; call it within a tokio runtime.
    ///
    /// # Errors
    /// When the system has no free port or socket.
    pub fn reserve() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseport(true)?;
        socket.set_reuseaddr(true)?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok(Self { address: socket.local_addr()?, _socket: socket })
    }

    /// The address to listen on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}
