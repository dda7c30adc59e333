//! Follows the policy's pointers through a document and compares what they point at with the tenant.

use super::fold;
use crate::code::Code;
use crate::config::MAX_ID_BYTES;
use crate::json::{Kind, Visit};
use crate::load::{Body, Token};
use arrayvec::ArrayVec;
use std::sync::Arc;

/// Where every pointer stands in the document being read.
#[derive(Debug)]
pub(super) struct Trail {
    body: Arc<Body>,
    tracks: Vec<Track>,
    tenant: ArrayVec<u8, MAX_ID_BYTES>,
    target: Target,
}

/// Where one pointer stands. It is live at a depth when all its tokens above have matched.
#[derive(Debug)]
struct Track {
    /// Tokens that the open containers have matched, from the outermost on.
    matched: usize,
    /// Characters of the current key that have matched; none once it differs.
    key: Option<usize>,
    /// Whether the next value is what the token at this depth leads to.
    hit: bool,
    /// Per token, the index of the next element, should the container there be an array.
    elements: Vec<u32>,
}

/// The string value being read, as far as it is some pointer's target.
#[derive(Clone, Copy, Debug)]
enum Target {
    None,
    /// So many bytes of the tenant have matched.
    Equal(usize),
    Other,
}

impl Trail {
    pub(super) fn new(body: Arc<Body>, tenant: &str) -> Self {
        let track = |tokens: usize| Track {
            matched: 0,
            key: None,
            hit: false,
            elements: std::iter::repeat_n(0, tokens).collect(),
        };
        let tracks = body.pointers.iter().map(|pointer| track(pointer.tokens.len())).collect();
        Self { body, tracks, tenant: tenant.bytes().take(MAX_ID_BYTES).collect(), target: Target::None }
    }

    /// Every pointer that is live inside the innermost of `depth` containers, with its token there.
    fn live(&mut self, depth: u32) -> impl Iterator<Item = (&mut Track, &Token)> {
        let level = (depth as usize).wrapping_sub(1);
        self.tracks.iter_mut().zip(&self.body.pointers).filter_map(move |(track, pointer)| {
            let token = pointer.tokens.get(level)?;
            (track.matched == level).then_some((track, token))
        })
    }
}

impl Visit for Trail {
    type Stop = Code;

    fn key_start(&mut self, depth: u32) {
        self.live(depth).for_each(|(track, _)| track.key = Some(0));
    }

    fn key_char(&mut self, char: char, depth: u32) {
        for (track, token) in self.live(depth) {
            track.key = track.key.filter(|&at| token.key.get(at) == Some(&fold(char))).map(|at| at + 1);
        }
    }

    fn key_end(&mut self, depth: u32) {
        self.live(depth).for_each(|(track, token)| track.hit = track.key == Some(token.key.len()));
    }

    fn element(&mut self, depth: u32) {
        let level = (depth as usize).wrapping_sub(1);
        for (track, token) in self.live(depth) {
            if let Some(next) = track.elements.get_mut(level) {
                track.hit = token.index == Some(*next);
                *next = next.saturating_add(1);
            }
        }
    }

    fn value(&mut self, kind: Kind, depth: u32) -> Result<(), Code> {
        self.target = Target::None;
        let inside = depth as usize;
        for (track, pointer) in self.tracks.iter_mut().zip(&self.body.pointers) {
            // The document itself needs no token to lead to it.
            let leads_here = std::mem::take(&mut track.hit);
            if depth > 0 && !leads_here {
                continue;
            }
            if pointer.tokens.len() == inside {
                if kind != Kind::String {
                    return Err(Code::BodyMalformed);
                }
                self.target = Target::Equal(0);
            } else if kind.is_container() {
                track.matched = inside;
                if let Some(first) = track.elements.get_mut(inside) {
                    *first = 0;
                }
            }
        }
        Ok(())
    }

    fn string_char(&mut self, char: char) {
        if let Target::Equal(at) = self.target {
            let same = self.tenant.get(at).is_some_and(|&byte| char::from(byte) == char);
            self.target = if same { Target::Equal(at + 1) } else { Target::Other };
        }
    }

    fn string_end(&mut self) -> Result<(), Code> {
        match std::mem::replace(&mut self.target, Target::None) {
            Target::None => Ok(()),
            Target::Equal(length) if length == self.tenant.len() => Ok(()),
            Target::Equal(_) | Target::Other => Err(Code::TenantMismatch),
        }
    }

    fn close(&mut self, depth: u32) {
        // Out here, only the tokens that lead to the container around are still matched.
        let around = (depth as usize).saturating_sub(2);
        self.tracks.iter_mut().for_each(|track| track.matched = track.matched.min(around));
    }

    fn listens(&self, in_key: bool, depth: u32) -> bool {
        if !in_key {
            return matches!(self.target, Target::Equal(_));
        }
        let level = (depth as usize).wrapping_sub(1);
        self.tracks.iter().any(|track| track.matched == level && track.key.is_some())
    }
}
