//! JSON pointers (RFC 6901), taken apart.

use super::{Body, ConfigError};
use crate::config;

/// More would only slow every body down.
const MAX_POINTERS: usize = 16;

/// One pointer's tokens, outermost first; never none.
#[derive(Debug)]
pub(crate) struct Pointer {
    pub(crate) tokens: Vec<Token>,
}

/// One step into a document.
#[derive(Debug)]
pub(crate) struct Token {
    /// The key, folded by [`crate::body::fold`].
    pub(crate) key: Vec<char>,
    /// The same as the index of an array, where it reads as one.
    pub(crate) index: Option<u32>,
}

impl Pointer {
    /// Whether the pointer can lead anywhere in a document that is an array.
    pub(crate) fn enters_array(&self) -> bool {
        self.tokens.first().is_some_and(|token| token.index.is_some())
    }
}

pub(super) fn body(body: &config::Body) -> Result<Body, ConfigError> {
    if body.pointers.is_empty() || body.pointers.len() > MAX_POINTERS {
        return Err(ConfigError::new("body.pointers", format!("give 1 to {MAX_POINTERS} pointers")));
    }
    let pointers = body
        .pointers
        .iter()
        .enumerate()
        .map(|(index, pointer)| {
            let tokens = parse(pointer).ok_or_else(|| {
                let message = format!("`{}` is not a JSON pointer such as `/tenant_id`", pointer.escape_debug());
                ConfigError::new(format!("body.pointers[{index}]"), message)
            })?;
            Ok(Pointer { tokens })
        })
        .collect::<Result<_, ConfigError>>()?;
    if body.limit == 0 {
        return Err(ConfigError::new("body.limit", "the limit is at least 1 byte"));
    }
    Ok(Body { pointers, limit: body.limit as usize, over_limit: body.over_limit })
}

/// None for the pointer to the whole document, which has no tenant field, and for anything malformed.
fn parse(pointer: &str) -> Option<Vec<Token>> {
    pointer.strip_prefix('/')?.split('/').map(token).collect()
}

fn token(text: &str) -> Option<Token> {
    let mut key = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        key.push(match char {
            '~' => match chars.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            _ => char,
        });
    }
    let canonical = key == "0" || (!key.starts_with('0') && key.bytes().all(|b| b.is_ascii_digit()));
    let index = if canonical { key.parse().ok() } else { None };
    Some(Token { key: key.chars().map(crate::body::fold).collect(), index })
}
