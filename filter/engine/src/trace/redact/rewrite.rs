//! Tells which parts of a document are taken out.

use super::names::Names;
use crate::body::fold;
use crate::json::{Kind, Malformed, Visit};
use std::sync::Arc;

/// Follows one document.
#[derive(Debug)]
pub(super) struct Rewrite {
    names: Arc<Names>,
    /// The key being read, folded; none once it cannot be a name.
    key: Option<String>,
    /// Whether the next value goes.
    is_next: bool,
    /// The value being taken out, with its depth.
    hidden: Option<(Kind, u32)>,
    /// Whether a number that was taken out ended just before the byte being read.
    ended_before: bool,
}

/// What becomes of a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Shown,
    /// It is the first of a value that is taken out.
    Replaced,
    Hidden,
}

impl Rewrite {
    pub(super) const fn new(names: Arc<Names>) -> Self {
        Self { names, key: None, is_next: false, hidden: None, ended_before: false }
    }

    /// Prepares for the next document, whatever became of this one.
    pub(super) const fn restart(&mut self) {
        (self.is_next, self.hidden, self.ended_before) = (false, None, false);
    }

    /// Whether a value is being taken out.
    pub(super) const fn hides(&self) -> bool {
        self.hidden.is_some()
    }

    /// What becomes of the byte that was just read, given whether a value was being taken out before it.
    pub(super) const fn fate(&mut self, hid: bool) -> Fate {
        let ended_before = std::mem::replace(&mut self.ended_before, false);
        match (hid, self.hides()) {
            (false, true) => Fate::Replaced,
            (true, true) => Fate::Hidden,
            // The last byte of a value goes with it, but a number has ended only with what follows it.
            (true, false) if !ended_before => Fate::Hidden,
            _ => Fate::Shown,
        }
    }
}

impl Visit for Rewrite {
    type Stop = Malformed;

    fn key_start(&mut self, _: u32) {
        let mut key = self.key.take().unwrap_or_default();
        key.clear();
        self.key = (!self.hides()).then_some(key);
    }

    fn key_char(&mut self, char: char, _: u32) {
        if let Some(key) = &mut self.key {
            key.push(fold(char));
            if key.len() > self.names.longest {
                self.key = None;
            }
        }
    }

    fn key_end(&mut self, _: u32) {
        self.is_next = self.key.as_deref().is_some_and(|key| self.names.contain(key));
    }

    fn element(&mut self, _: u32) {}

    fn value(&mut self, kind: Kind, depth: u32) -> Result<(), Malformed> {
        if std::mem::replace(&mut self.is_next, false) && self.hidden.is_none() {
            self.hidden = Some((kind, depth));
        }
        Ok(())
    }

    fn string_char(&mut self, _: char) {}

    fn string_end(&mut self) -> Result<(), Malformed> {
        Ok(())
    }

    fn close(&mut self, _: u32) {}

    fn value_end(&mut self, depth: u32) {
        if let Some((kind, hidden)) = self.hidden
            && hidden == depth
        {
            (self.hidden, self.ended_before) = (None, kind == Kind::Number);
        }
    }

    fn listens(&self, in_key: bool, _: u32) -> bool {
        in_key && self.key.is_some()
    }
}
