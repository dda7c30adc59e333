//! The wire form of header maps: a count, then the lengths of each name and value, then the bytes of each name and value
//! with a NUL after each. All integers are little-endian and 4 bytes long.

/// A header, borrowed from the block that the host returned.
pub type Header<'a> = (&'a [u8], &'a [u8]);

const INTEGER: usize = 4;

/// Finds the headers of `block` in order of arrival. None if its lengths do not add up.
pub fn parse(block: &[u8]) -> Option<Vec<Header<'_>>> {
    let (count, rest) = integer(block)?;
    // A block holds at least ten bytes for each header, whatever its count says.
    let mut headers = Vec::with_capacity(count.min(block.len() / 10));
    let (mut lengths, mut bytes) = rest.split_at_checked(count.checked_mul(2 * INTEGER)?)?;
    for _ in 0..count {
        let (name_len, after) = integer(lengths)?;
        let (value_len, after) = integer(after)?;
        lengths = after;
        let (name, after) = text(bytes, name_len)?;
        let (value, after) = text(after, value_len)?;
        bytes = after;
        headers.push((name, value));
    }
    Some(headers)
}

/// Writes headers the way the host reads them.
pub fn write(headers: &[(&str, &str)]) -> Vec<u8> {
    let length = |text: &str| u32::try_from(text.len()).unwrap_or(0).to_le_bytes();
    let mut block = u32::try_from(headers.len()).unwrap_or(0).to_le_bytes().to_vec();
    for (name, value) in headers {
        block.extend(length(name));
        block.extend(length(value));
    }
    for text in headers.iter().flat_map(|(name, value)| [name, value]) {
        block.extend_from_slice(text.as_bytes());
        block.push(0);
    }
    block
}

fn integer(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (integer, rest) = bytes.split_first_chunk::<INTEGER>()?;
    Some((usize::try_from(u32::from_le_bytes(*integer)).ok()?, rest))
}

/// `len` bytes and the NUL after them.
fn text(bytes: &[u8], len: usize) -> Option<(&[u8], &[u8])> {
    let (text, rest) = bytes.split_at_checked(len)?;
    Some((text, rest.split_first()?.1))
}
