//! Characters to bytes.

/// Turns the parser's character positions into byte offsets.
pub struct Offsets(Option<Vec<u32>>);

impl Offsets {
    /// Indexes a text; one of plain ASCII needs no index.
    pub fn new(text: &str) -> Self {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let starts = || text.char_indices().map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).chain([end]).collect();
        Self((!text.is_ascii()).then(starts))
    }

    /// The byte at which a character starts; the end for one behind the last.
    pub fn byte(&self, index: usize) -> usize {
        match &self.0 {
            None => index,
            Some(starts) => starts.get(index).or(starts.last()).map_or(0, |&at| at as usize),
        }
    }
}
