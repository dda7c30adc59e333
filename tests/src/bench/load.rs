//! A closed-loop load: a fixed number of keep-alive connections, one request in flight on each.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 32;

/// What one run of the load saw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Answers received.
    pub requests: u64,
    /// Answers with another status than the expected one.
    pub unexpected: u64,
}

/// Keep-alive connections to one proxy, and the tenants that they speak for.
pub struct Load {
    connections: Vec<TcpStream>,
    requests: Vec<Vec<u8>>,
    seed: u64,
    buffer: Vec<u8>,
}

impl Load {
    /// Opens the connections. Every request carries one of `tenants`, drawn at random.
    ///
    /// # Errors
    /// When a connection is refused.
    pub fn connect(address: SocketAddr, tenants: &[String]) -> Result<Self> {
        let connections = (0..CONNECTIONS)
            .map(|_| {
                let stream = TcpStream::connect(address)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(Duration::from_secs(10)))?;
                Ok(stream)
            })
            .collect::<Result<_>>()?;
        let requests = tenants
            .iter()
            .map(|tenant| {
                format!("GET /search?q=test HTTP/1.1\r\nhost: bench.example.com\r\nuser-agent: bench\r\naccept: */*\r\nx-tenant-id: {tenant}\r\n\r\n")
                    .into_bytes()
            })
            .collect();
        Ok(Self { connections, requests, seed: 0x9e37_79b9_7f4a_7c15, buffer: vec![0; 16 * 1024] })
    }

    /// Sends requests for about `time` and counts the answers.
    ///
    /// # Errors
    /// When a connection breaks or an answer is not HTTP/1.1 with a content length.
    pub fn run(&mut self, time: Duration, expected: u16) -> Result<Tally> {
        let end = Instant::now() + time;
        let mut tally = Tally::default();
        while Instant::now() < end {
            for index in 0..self.connections.len() {
                let pick = self.draw();
                self.connections[index].write_all(&self.requests[pick])?;
            }
            for connection in &mut self.connections {
                let status = read_answer(connection, &mut self.buffer)?;
                tally.requests += 1;
                tally.unexpected += u64::from(status != expected);
            }
        }
        Ok(tally)
    }

    /// xorshift64: cheap, and the same sequence at every run.
    fn draw(&mut self) -> usize {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        usize::try_from(self.seed >> 16).unwrap_or_default() % self.requests.len()
    }
}

/// Reads one whole answer and returns its status.
fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<u16> {
    let malformed = |what: &str| Error::new(ErrorKind::InvalidData, format!("answer {what}"));
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..])?;
        if read == 0 {
            return Err(malformed("ended early"));
        }
        filled += read;
        let text = &buffer[..filled];
        let Some(head) = text.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head_text = String::from_utf8_lossy(&text[..head]).to_ascii_lowercase();
        let status = head_text.get(9..12).and_then(|s| s.parse().ok()).ok_or_else(|| malformed("has no status"))?;
        let length: usize = head_text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(Ok(0), |value| value.parse().map_err(|_| malformed("has a bad content-length")))?;
        if filled >= head + 4 + length {
            return Ok(status);
        }
    }
}
