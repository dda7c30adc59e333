//! A model service that sends the next piece of its answer only once the client has the one before.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a piece may take to reach the client.
const LIMIT: Duration = Duration::from_secs(10);

/// An answer in pieces.
#[derive(Clone, Debug)]
pub struct Answer {
    pub content_type: &'static str,
    /// More header lines, each with its end.
    pub headers: &'static str,
    pub pieces: Vec<Vec<u8>>,
}

impl Answer {
    /// An answer in pieces of text.
    pub fn new(content_type: &'static str, pieces: &[&str]) -> Self {
        let pieces = pieces.iter().map(|piece| piece.as_bytes().to_vec()).collect();
        Self { content_type, headers: "", pieces }
    }
}

/// A running server, for one request at a time. It ends with the process.
pub struct ModelServer {
    pub address: SocketAddr,
    next: Arc<Mutex<Option<Answer>>>,
    /// The client has a piece.
    got: SyncSender<()>,
    asked: Receiver<Vec<u8>>,
}

impl ModelServer {
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let next: Arc<Mutex<Option<Answer>>> = Arc::default();
        let ((got, has_piece), (bodies, asked)) = (sync_channel(1), sync_channel(1));
        let answers = Arc::clone(&next);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                while has_piece.try_recv().is_ok() {}
                let answer = answers.lock().expect("no holder panics").take().expect("a request that a test announced");
                // A client that leaves early is what some tests are about.
                drop(serve(&stream, &answer, &has_piece, &bodies));
            }
        });
        Ok(Self { address, next, got, asked })
    }

    /// Announces the next request's answer.
    pub fn answer(&self, answer: Answer) {
        *self.next.lock().expect("no holder panics") = Some(answer);
    }

    /// Says that the client has the last piece that was sent.
    pub fn has_piece(&self) {
        self.got.send(()).expect("the server runs");
    }

    /// The body that the last request came with.
    pub fn asked(&self) -> Vec<u8> {
        self.asked.recv_timeout(LIMIT).expect("a request came")
    }
}

fn serve(
    mut stream: &TcpStream,
    answer: &Answer,
    has_piece: &Receiver<()>,
    bodies: &SyncSender<Vec<u8>>,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line)? > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    bodies.send(body).map_err(io::Error::other)?;
    let Answer { content_type, headers, pieces } = answer;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n{headers}transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    )?;
    for piece in pieces {
        let head = format!("{:x}\r\n", piece.len());
        stream.write_all(&[head.as_bytes(), piece, b"\r\n"].concat())?;
        has_piece.recv_timeout(LIMIT).map_err(io::Error::other)?;
    }
    stream.write_all(b"0\r\n\r\n")
}
