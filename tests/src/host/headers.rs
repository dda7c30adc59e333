//! A header map: ordered, with duplicates, of raw bytes.

/// Headers in order of arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(Vec<u8>, Vec<u8>)>);

impl Headers {
    /// Adds a header after the others.
    pub fn add(&mut self, name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        self.0.push((name.into(), value.into()));
    }

    /// Every value of a header, in order.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&[u8]> {
        self.0
            .iter()
            .filter(|(sent, _)| sent.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| &**value)
            .collect()
    }

    /// The only value of a header as text.
    ///
    /// # Panics
    /// When the header came more than once, or is not UTF-8.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() < 2, "`{name}` occurs {} times", all.len());
        all.first().map(|value| std::str::from_utf8(value).expect("a readable header"))
    }

    /// Every header.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// How many there are, duplicates included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn remove(&mut self, name: &[u8]) {
        self.0.retain(|(sent, _)| !sent.eq_ignore_ascii_case(name));
    }

    pub(super) fn replace(&mut self, name: &[u8], value: &[u8]) {
        let at = self.0.iter().position(|(sent, _)| sent.eq_ignore_ascii_case(name)).unwrap_or(self.0.len());
        self.remove(name);
        self.0.insert(at.min(self.0.len()), (name.to_ascii_lowercase(), value.to_vec()));
    }

    /// The wire form: count, lengths, then names and values with a NUL after each.
    pub(super) fn encode(&self) -> Vec<u8> {
        let int = |length: usize| u32::try_from(length).expect("a length that fits").to_le_bytes();
        let mut block = int(self.0.len()).to_vec();
        for (name, value) in &self.0 {
            block.extend(int(name.len()));
            block.extend(int(value.len()));
        }
        for text in self.0.iter().flat_map(|(name, value)| [name, value]) {
            block.extend_from_slice(text);
            block.push(0);
        }
        block
    }

    /// Reads the wire form. None if its lengths do not add up exactly.
    pub(super) fn decode(block: &[u8]) -> Option<Self> {
        fn int(bytes: &mut &[u8]) -> Option<usize> {
            let (int, rest) = bytes.split_first_chunk::<4>()?;
            *bytes = rest;
            usize::try_from(u32::from_le_bytes(*int)).ok()
        }
        let mut rest = block;
        let lengths: Vec<usize> = (0..int(&mut rest)?.checked_mul(2)?).map_while(|_| int(&mut rest)).collect();
        let mut texts = Vec::new();
        for length in lengths {
            let (text, after) = rest.split_at_checked(length)?;
            texts.push(text.to_vec());
            rest = after.strip_prefix(&[0])?;
        }
        let mut texts = texts.into_iter();
        let mut headers = Self::default();
        while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
            headers.0.push((name, value));
        }
        rest.is_empty().then_some(headers)
    }
}
