//! Follows the grammar through documents and keeps what it finds.

use super::facts::{Facts, MAX_TEXT};
use super::grammar::{Fact, Grammar, Next, Place};
use crate::json::{Kind, Malformed, Visit};
use arrayvec::{ArrayString, ArrayVec};

/// Containers that lead to a fact are no deeper.
const LEVELS: usize = 4;
/// Longer keys lead to no fact.
const MAX_KEY: usize = 32;
/// Larger counts are no counts: Phoenix keeps tokens, and the sum of two such counts, in 32 bits.
const MAX_COUNT: u64 = 1_000_000_000;

/// What the documents have told so far.
#[derive(Debug)]
pub(super) struct Reader {
    grammar: Grammar,
    facts: Facts,
    /// The place of every open container, the outermost first; those beyond lead nowhere.
    places: [Place; LEVELS],
    /// What the next value is.
    next: Next,
    /// The key being read; none if it leads nowhere.
    key: Option<ArrayVec<u8, MAX_KEY>>,
    /// The fact that the scalar being read tells.
    fact: Option<Fact>,
    text: Text,
    number: Number,
}

/// The string being read, as far as there is room.
#[derive(Debug, Default)]
struct Text {
    start: ArrayString<MAX_TEXT>,
    is_cut: bool,
}

/// The number being read.
#[derive(Clone, Copy, Debug)]
enum Number {
    Empty,
    Whole(u64),
    /// Negative, fractional, with an exponent, or too large.
    Other,
}

impl Reader {
    pub(super) fn new(grammar: Grammar) -> Self {
        Self {
            grammar,
            facts: Facts::default(),
            places: [Place::Nowhere; LEVELS],
            next: Next::NOTHING,
            key: None,
            fact: None,
            text: Text::default(),
            number: Number::Empty,
        }
    }

    /// Whether documents to come can tell nothing more.
    pub(super) const fn is_done(&self) -> bool {
        matches!(self.grammar, Grammar::Request) && self.facts.request_model.is_some()
    }

    /// What the documents have told.
    pub(super) fn finish(self) -> Facts {
        let mut facts = self.facts;
        let sum = facts.prompt_tokens.zip(facts.completion_tokens).map(|(prompt, completion)| prompt + completion);
        facts.total_tokens = facts.total_tokens.or(sum);
        facts
    }

    /// The place of the innermost of `depth` open containers.
    fn place(&self, depth: u32) -> Place {
        (depth as usize).checked_sub(1).and_then(|level| self.places.get(level)).copied().unwrap_or(Place::Nowhere)
    }

    /// Where the words that tell `fact` are kept.
    const fn words(&mut self, fact: Fact) -> Option<&mut Option<Box<str>>> {
        match fact {
            Fact::RequestModel => Some(&mut self.facts.request_model),
            Fact::ResponseModel => Some(&mut self.facts.response_model),
            Fact::FinishReason => Some(&mut self.facts.finish_reason),
            _ => None,
        }
    }

    /// Where the number that tells `fact` is kept.
    const fn count(&mut self, fact: Fact) -> Option<&mut Option<u64>> {
        match fact {
            Fact::PromptTokens => Some(&mut self.facts.prompt_tokens),
            Fact::CompletionTokens => Some(&mut self.facts.completion_tokens),
            Fact::TotalTokens => Some(&mut self.facts.total_tokens),
            Fact::CachedPromptTokens => Some(&mut self.facts.cached_prompt_tokens),
            Fact::TotalHits => Some(&mut self.facts.total_hits),
            _ => None,
        }
    }

    /// Counts what is told by being there.
    const fn tally(&mut self, fact: Fact, kind: Kind) {
        let tally = match (fact, kind) {
            (Fact::Hit, _) => &mut self.facts.hits,
            (Fact::Embedding, Kind::Array | Kind::String) => &mut self.facts.embeddings,
            _ => return,
        };
        *tally = Some(match *tally {
            Some(count) => count.saturating_add(1),
            None => 1,
        });
    }

    /// Whether the scalar being read is a fact in words that is not yet known. Models stay what they were first said
    /// to be, so that the many copies in a stream need not be read.
    const fn reads_words(&self) -> bool {
        match self.fact {
            Some(Fact::RequestModel) => self.facts.request_model.is_none(),
            Some(Fact::ResponseModel) => self.facts.response_model.is_none(),
            Some(Fact::FinishReason) => true,
            _ => false,
        }
    }
}

impl Visit for Reader {
    type Stop = Malformed;

    fn key_start(&mut self, depth: u32) {
        self.key = (self.place(depth) != Place::Nowhere).then(ArrayVec::new);
    }

    fn key_char(&mut self, char: char, _: u32) {
        if let Some(key) = &mut self.key
            && (!char.is_ascii() || key.try_push(char as u8).is_err())
        {
            self.key = None;
        }
    }

    fn key_end(&mut self, depth: u32) {
        let place = self.place(depth);
        self.next = self.key.take().map_or(Next::NOTHING, |key| self.grammar.member(place, &key));
    }

    fn element(&mut self, depth: u32) {
        self.next = Grammar::element(self.place(depth));
    }

    fn value(&mut self, kind: Kind, depth: u32) -> Result<(), Malformed> {
        let next = if depth == 0 { Next::DOCUMENT } else { self.next };
        self.fact = next.fact.filter(|_| !kind.is_container());
        self.text.start.clear();
        (self.text.is_cut, self.number) = (false, Number::Empty);
        if let Some(fact) = next.fact {
            self.tally(fact, kind);
        }
        if kind.is_container() {
            if let Some(place) = self.places.get_mut(depth as usize) {
                *place = next.place;
            }
            if next.place == Place::Documents && kind == Kind::Array {
                self.facts.hits.get_or_insert(0);
            }
        }
        Ok(())
    }

    fn string_char(&mut self, char: char) {
        self.text.is_cut = self.text.is_cut || self.text.start.try_push(char).is_err();
    }

    fn ascii(&mut self, run: &[u8], in_key: bool, _: u32) {
        if !in_key {
            run.iter().for_each(|&byte| self.string_char(char::from(byte)));
        } else if let Some(key) = &mut self.key
            && key.try_extend_from_slice(run).is_err()
        {
            self.key = None;
        }
    }

    fn string_end(&mut self) -> Result<(), Malformed> {
        if self.reads_words()
            && !self.text.start.is_empty()
            && let Some(fact) = self.fact
        {
            let text = Box::from(self.text.start.as_str());
            if let Some(words) = self.words(fact) {
                *words = Some(text);
            }
        }
        Ok(())
    }

    fn number_byte(&mut self, byte: u8) {
        self.number = self.number.then(byte);
    }

    fn close(&mut self, _: u32) {}

    fn value_end(&mut self, _: u32) {
        if let (Some(fact), Number::Whole(number)) = (self.fact.take(), self.number)
            && let Some(count) = self.count(fact)
        {
            *count = Some(number);
        }
    }

    fn listens(&self, in_key: bool, _: u32) -> bool {
        if in_key { self.key.is_some() } else { self.reads_words() && !self.text.is_cut }
    }

    fn counts(&self) -> bool {
        self.fact.is_some()
    }
}

impl Number {
    /// The number with one more byte.
    fn then(self, byte: u8) -> Self {
        let before = match self {
            Self::Empty => 0,
            Self::Whole(number) => number,
            Self::Other => return Self::Other,
        };
        let digit = char::from(byte).to_digit(10);
        let number = digit.map(|digit| before * 10 + u64::from(digit)).filter(|&number| number <= MAX_COUNT);
        number.map_or(Self::Other, Self::Whole)
    }
}
