//! A raw HTTP/1.1 client: it sends exactly the bytes that it is told, well-formed or not.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// A request as bytes. Headers keep their order, spelling and number.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The request target, byte for byte.
    pub target: Vec<u8>,
    /// Header lines, `Host` among them.
    pub headers: Vec<(Vec<u8>, Vec<u8>)>,
    /// The body, if any.
    pub body: Body,
}

/// How a request's body is sent.
#[derive(Clone, Debug, Default)]
pub enum Body {
    /// No body and no length.
    #[default]
    None,
    /// With a `content-length`.
    Sized(Vec<u8>),
    /// Chunked, each chunk in a write of its own.
    Chunked(Vec<Vec<u8>>),
}

impl Request {
    /// A request for `target` of `host`.
    #[must_use]
    pub fn new(method: &str, host: &str, target: impl Into<Vec<u8>>) -> Self {
        Self { method: method.to_owned(), target: target.into(), ..Self::default() }.header("Host", host)
    }

    /// A `GET`.
    #[must_use]
    pub fn get(host: &str, target: impl Into<Vec<u8>>) -> Self {
        Self::new("GET", host, target)
    }

    /// Adds a header line.
    #[must_use]
    pub fn header(mut self, name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends a JSON body with its length.
    #[must_use]
    pub fn json(self, body: impl Into<Vec<u8>>) -> Self {
        let mut request = self.header("Content-Type", "application/json");
        request.body = Body::Sized(body.into());
        request
    }

    /// Sends a body in the given chunks.
    #[must_use]
    pub fn chunks<C: Into<Vec<u8>>>(mut self, chunks: impl IntoIterator<Item = C>) -> Self {
        self.body = Body::Chunked(chunks.into_iter().map(Into::into).collect());
        self
    }

    /// The request line and headers as they go on the wire.
    fn head(&self) -> Vec<u8> {
        let mut bytes = self.method.clone().into_bytes();
        bytes.push(b' ');
        bytes.extend(&self.target);
        bytes.extend(b" HTTP/1.1\r\n");
        for (name, value) in &self.headers {
            bytes.extend(name);
            bytes.extend(b": ");
            bytes.extend(value);
            bytes.extend(b"\r\n");
        }
        match &self.body {
            Body::None => {}
            Body::Sized(body) => bytes.extend(format!("Content-Length: {}\r\n", body.len()).as_bytes()),
            Body::Chunked(_) => bytes.extend(b"Transfer-Encoding: chunked\r\n"),
        }
        bytes.extend(b"\r\n");
        bytes
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header lines in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of a name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A connection that is kept between requests.
#[derive(Debug)]
pub struct Connection<S: Read + Write = TcpStream> {
    stream: BufReader<S>,
}

/// Connects to a listener; answers may take some seconds.
///
/// # Errors
/// When nothing listens there.
pub fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    Ok(stream)
}

impl Connection {
    /// Connects to a listener.
    ///
    /// # Errors
    /// When nothing listens there.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        connect(address).map(Self::over)
    }
}

impl<S: Read + Write> Connection<S> {
    /// Speaks over a stream that is there already.
    #[must_use]
    pub fn over(stream: S) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// When the connection breaks before a whole answer has come.
    pub fn send(&mut self, request: &Request) -> io::Result<Response> {
        let mut head = request.head();
        // A refusal may arrive, and the connection close, before the body has been sent.
        let sent = match &request.body {
            Body::None => self.write(&head),
            // In one piece: what answers early and closes then has all of it, and its answer is not lost to a reset.
            Body::Sized(body) => {
                head.extend(body);
                self.write(&head)
            }
            Body::Chunked(chunks) => self.write(&head).and_then(|()| self.send_chunks(chunks)),
        };
        let answer = self.read(request.method == "HEAD");
        if answer.is_err() {
            sent?;
        }
        answer
    }

    /// Writes bytes as they are.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)?;
        self.stream.get_mut().flush()
    }

    fn send_chunks(&mut self, chunks: &[Vec<u8>]) -> io::Result<()> {
        for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
            let mut bytes = format!("{:x}\r\n", chunk.len()).into_bytes();
            bytes.extend(chunk);
            bytes.extend(b"\r\n");
            self.write(&bytes)?;
            // Long enough that Envoy sees the chunks as separate pieces.
            std::thread::sleep(Duration::from_millis(3));
        }
        self.write(b"0\r\n\r\n")
    }

    /// Reads one answer, skipping interim ones (1xx).
    ///
    /// # Errors
    /// When the connection closes within it, or it is no HTTP.
    pub fn read(&mut self, head_only: bool) -> io::Result<Response> {
        loop {
            let response = self.read_one(head_only)?;
            if response.status >= 200 {
                return Ok(response);
            }
        }
    }

    /// Reads the status and the headers of an answer, and leaves its body where it is.
    ///
    /// # Errors
    /// When the connection closes within it, or it is no HTTP.
    pub fn head(&mut self) -> io::Result<Response> {
        let line = self.line()?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(|| io::Error::other(format!("no status line: {line:?}")))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| io::Error::other("no header line"))?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Ok(Response { status, headers, body: Vec::new() })
    }

    /// Reads one chunk of a chunked body; empty at its end.
    ///
    /// # Errors
    /// When the connection closes within it, or there is no chunk.
    pub fn chunk(&mut self) -> io::Result<Vec<u8>> {
        let size = usize::from_str_radix(self.line()?.trim(), 16).map_err(io::Error::other)?;
        let chunk = self.bytes(size)?;
        self.line()?;
        Ok(chunk)
    }

    /// Reads so many bytes as they are.
    ///
    /// # Errors
    /// When the connection closes before.
    pub fn bytes(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn read_one(&mut self, head_only: bool) -> io::Result<Response> {
        let mut response = self.head()?;
        let status = response.status;
        if head_only || status < 200 || status == 204 || status == 304 {
            return Ok(response);
        }
        if response.header("transfer-encoding") == Some("chunked") {
            loop {
                let chunk = self.chunk()?;
                if chunk.is_empty() {
                    break;
                }
                response.body.extend(chunk);
            }
        } else if let Some(length) = response.header("content-length") {
            response.body.resize(length.parse().map_err(io::Error::other)?, 0);
            self.stream.read_exact(&mut response.body)?;
        } else {
            self.stream.read_to_end(&mut response.body)?;
        }
        Ok(response)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        if self.stream.read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
    }
}

/// Sends one request on a connection of its own.
///
/// # Errors
/// As [`Connection::send`].
pub fn send(address: SocketAddr, request: &Request) -> io::Result<Response> {
    Connection::open(address)?.send(request)
}
