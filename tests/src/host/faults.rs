//! What can go wrong in a host.

/// A misbehaviour of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call of this name fails with this status instead of doing anything.
    Status(&'static str, u32),
    /// The call of this name reports success and returns this block in place of the right data.
    Data(&'static str, &'static [u8]),
    /// The call of this name reports success and returns a block outside of the module's memory, which traps.
    Wild(&'static str),
    /// Another worker changes every shared value between each read and the write that follows it, this often.
    Contention(u32),
}
