//! Where documents begin and end in a body: JSON, newline-delimited JSON and server-sent events.

mod events;
mod media;

pub(super) use media::Media;

use events::Events;

/// Takes the text of documents in pieces of any size.
pub(super) trait Documents {
    /// More text of the current document. White space may separate several.
    fn text(&mut self, text: &[u8]);

    /// What follows belongs to another document, whatever became of this one.
    fn boundary(&mut self);
}

/// How a body's documents are told apart, and where in it reading stands.
#[derive(Debug)]
pub(super) enum Framing {
    /// So many bytes of a UTF-8 byte order mark, then white space.
    Start(u8, Media),
    /// Documents one after the other, which need nothing between them.
    Json,
    /// A document a line.
    Lines,
    /// Server-sent events whose data are documents.
    Events(Events),
}

const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

impl Framing {
    /// What claims to be JSON and starts like events is read as events.
    pub(super) const fn new(media: Media) -> Self {
        Self::Start(0, media)
    }

    /// Hands on the documents' text in the next chunk.
    pub(super) fn push(&mut self, chunk: &[u8], documents: &mut impl Documents) {
        let mut rest = chunk;
        if let Self::Start(mark, media) = self {
            loop {
                let Some((&byte, after)) = rest.split_first() else { return };
                if BYTE_ORDER_MARK.get(usize::from(*mark)) == Some(&byte) {
                    *mark += 1;
                } else if byte.is_ascii_whitespace() {
                    *mark = BYTE_ORDER_MARK.len() as u8;
                } else {
                    break;
                }
                rest = after;
            }
            let first = rest.first().copied().unwrap_or_default();
            *self = match (*media, first) {
                (Media::Lines, _) => Self::Lines,
                // The first bytes of `data:`, `event:`, `id:`, `retry:` and of comments, which start no JSON.
                (Media::Events, _) | (Media::Json, b'd' | b'e' | b'i' | b'r' | b':') => Self::Events(Events::new()),
                (Media::Json, _) => Self::Json,
            };
        }
        match self {
            Self::Start(..) | Self::Json => documents.text(rest),
            Self::Lines => lines(rest, documents),
            Self::Events(events) => events.push(rest, documents),
        }
    }
}

fn lines(chunk: &[u8], documents: &mut impl Documents) {
    let mut rest = chunk;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let (line, after) = rest.split_at(end + 1);
        documents.text(line);
        documents.boundary();
        rest = after;
    }
    documents.text(rest);
}
