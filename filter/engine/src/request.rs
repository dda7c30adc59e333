//! What the engine is told of a request.

/// A request, borrowed from wherever the caller holds it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Every header in order of arrival, duplicates included, names in lower case, pseudo-headers
    /// (`:method`, `:path`, `:authority`) among them. Values are raw bytes: nothing promises UTF-8.
    pub headers: &'a [(&'a [u8], &'a [u8])],
    /// Whether a body follows.
    pub has_body: bool,
    /// The tenant claim of a token that the proxy itself verified.
    pub claim: Claim<'a>,
    /// SPIFFE id of the mTLS peer, where the proxy knows one.
    pub peer: Option<&'a [u8]>,
}

/// The tenant claim of a verified token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim<'a> {
    /// No token was verified, or it lacks the claim.
    Absent,
    /// The claim's value.
    Value(&'a [u8]),
}
