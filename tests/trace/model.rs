//! A model service: Ollama's and OpenAI's ways to stream an answer, in small pieces.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// What Ollama says of a chat: 26 tokens in, 298 out.
const OLLAMA: &[&str] = &[
    "{\"model\":\"llama3.2\",\"message\":{\"role\":\"assistant\",\"content\":\"Ducks\"},\"done\":false}\n",
    "{\"model\":\"llama3.2\",\"message\":{\"role\":\"assistant\",\"content\":\" quack.\"},\"done\":false}\n",
    "{\"model\":\"llama3.2\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",",
    "\"prompt_eval_count\":26,\"eval_count\":298}\n",
];
/// What OpenAI's protocol says: 12 tokens in, 5 out.
const OPENAI: &[&str] = &[
    "data: {\"model\":\"gpt-oss\",\"choices\":[{\"delta\":{\"content\":\"Ducks\"},\"finish_reason\":null}]}\n\n",
    "data: {\"model\":\"gpt-oss\",\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
    "data: {\"model\":\"gpt-oss\",\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":5,",
    "\"total_tokens\":17}}\n\ndata: [DONE]\n\n",
];
/// Tokens of one answer each way.
pub const TOKENS: u64 = 26 + 298 + 12 + 5;

/// A running server. It ends with the process.
pub struct ModelServer {
    address: SocketAddr,
}

impl ModelServer {
    /// Starts one on a free port of 127.0.0.1.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that leaves early is no concern of the server's.
                std::thread::spawn(move || drop(answer(&stream)));
            }
        });
        Self { address }
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Answers one request and closes the connection.
fn answer(mut stream: &TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut target, mut length) = (String::new(), String::new(), 0);
    while reader.read_line(&mut line)? > 2 {
        let lower = line.to_ascii_lowercase();
        if target.is_empty() {
            target = line.split(' ').nth(1).unwrap_or_default().to_owned();
        } else if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
        line.clear();
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
    let (pieces, media_type) =
        if target.starts_with("/v1/") { (OPENAI, "text/event-stream") } else { (OLLAMA, "application/x-ndjson") };
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    )?;
    for piece in pieces {
        write!(stream, "{:x}\r\n{piece}\r\n", piece.len())?;
        std::thread::sleep(Duration::from_millis(5));
    }
    write!(stream, "0\r\n\r\n")
}
