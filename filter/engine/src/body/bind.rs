//! Reads one body: what it starts like, how much of it is read, and what comes of it.

use super::trail::Trail;
use crate::code::Code;
use crate::config::OverLimit;
use crate::json::Scanner;
use crate::load::{Body, Config, Pointer};
use std::sync::Arc;

/// What a body is, as far as its headers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// It says it is JSON, and has to be.
    Json,
    /// Anything else. It is bound if it starts like an object, since not every server minds the content type.
    Other,
    /// gRPC, whose messages all start with a byte that no JSON starts with: it passes at that byte. Anything else
    /// under its name is bound as [`BodyKind::Other`] is.
    Grpc,
}

/// What to do with a body after a chunk of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Hold it and go on reading.
    More,
    /// Let it go; the rest need not be read.
    Pass,
    /// Refuse the request.
    Refuse(Code),
}

/// Reads one body, chunk by chunk.
#[derive(Debug)]
pub struct Binder {
    body: Arc<Body>,
    kind: BodyKind,
    start: Start,
    scanner: Scanner,
    trail: Trail,
    read: usize,
    progress: Progress,
}

/// What came before the first byte of the document.
#[derive(Clone, Copy, Debug)]
enum Start {
    /// So many bytes of a UTF-8 byte order mark.
    Mark(u8),
    /// White space at most.
    Blank,
    /// Bytes with which UTF-16 or UTF-32 can start.
    Wide,
    /// The document has started.
    Over,
}

const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

impl Binder {
    /// A reader for one body of `tenant`. None if the policy binds no bodies.
    #[must_use]
    pub fn new(config: &Config, tenant: &str, kind: BodyKind) -> Option<Self> {
        let body = Arc::clone(config.body.as_ref()?);
        Some(Self {
            kind,
            start: Start::Mark(0),
            scanner: Scanner::new(),
            trail: Trail::new(Arc::clone(&body), tenant),
            body,
            read: 0,
            progress: Progress::More,
        })
    }

    /// Takes the next chunk. Once it has answered otherwise than [`Progress::More`], the answer stays.
    pub fn push(&mut self, chunk: &[u8]) -> Progress {
        if self.progress != Progress::More {
            return self.progress;
        }
        let room = self.body.limit - self.read;
        let mut rest = chunk.get(..room).unwrap_or(chunk);
        self.read += rest.len();
        while let Some((&byte, after)) = rest.split_first() {
            if let Some(progress) = self.byte(byte) {
                self.progress = progress;
                return progress;
            }
            rest = after.split_at(self.scanner.run(after, &mut self.trail)).1;
        }
        if chunk.len() > room {
            self.progress = match self.body.over_limit {
                OverLimit::Refuse => Progress::Refuse(Code::BodyTooLarge),
                OverLimit::Pass => Progress::Pass,
            };
        }
        self.progress
    }

    /// Takes the end of the body. A body without any bytes names no tenant and passes.
    pub fn finish(&mut self) -> Result<(), Code> {
        match (self.progress, self.start) {
            (Progress::Refuse(code), _) => Err(code),
            (Progress::Pass, _) => Ok(()),
            (Progress::More, Start::Over) => self.scanner.finish().map_err(Code::from),
            (Progress::More, _) if self.read == 0 || self.kind != BodyKind::Json => Ok(()),
            (Progress::More, _) => Err(Code::BodyMalformed),
        }
    }

    /// Takes one byte; an answer ends the reading.
    fn byte(&mut self, byte: u8) -> Option<Progress> {
        if !matches!(self.start, Start::Over) {
            match self.begin(byte) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(progress) => return Some(progress),
            }
        }
        if self.kind != BodyKind::Json && self.scanner.is_complete() {
            // Several documents in one body, as in newline-delimited JSON: each of them is bound.
            match byte {
                b'{' => self.scanner = Scanner::new(),
                _ => return (!byte.is_ascii_whitespace()).then_some(Progress::Pass),
            }
        }
        self.scanner.byte(byte, &mut self.trail).err().map(Progress::Refuse)
    }

    /// Takes a byte before the document's first: whether it is the document's first.
    fn begin(&mut self, byte: u8) -> Result<bool, Progress> {
        if let Start::Mark(seen) = self.start {
            if BYTE_ORDER_MARK.get(usize::from(seen)) == Some(&byte) {
                self.start = if seen == 2 { Start::Blank } else { Start::Mark(seen + 1) };
                return Ok(false);
            }
            if seen > 0 {
                return Err(self.not_json());
            }
            self.start = Start::Blank;
        }
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => return Ok(false),
            // The flag before a gRPC message: not compressed, or compressed.
            0 | 1 if self.kind == BodyKind::Grpc => return Err(Progress::Pass),
            0 | 0xfe | 0xff if self.kind != BodyKind::Json => {
                self.start = Start::Wide;
                return Ok(false);
            }
            // A server that guesses the encoding would read this document; nobody writes UTF-16 by chance.
            b'{' | b'[' if matches!(self.start, Start::Wide) => return Err(Progress::Refuse(Code::BodyMalformed)),
            b'{' => {}
            b'[' if self.body.pointers.iter().any(Pointer::enters_array) => {}
            _ if self.kind != BodyKind::Json => return Err(Progress::Pass),
            _ => {}
        }
        self.start = Start::Over;
        Ok(true)
    }

    const fn not_json(&self) -> Progress {
        match self.kind {
            BodyKind::Json => Progress::Refuse(Code::BodyMalformed),
            BodyKind::Other | BodyKind::Grpc => Progress::Pass,
        }
    }
}
