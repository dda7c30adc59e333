//! How the sink behaves.

use std::time::Duration;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Taken and answered at once.
    #[default]
    Healthy,
    /// Taken, and answered after so long.
    Slow(Duration),
    /// Not taken, and answered with an error.
    Refuse(Refusal),
    /// Taken and never answered, as by a collector that hangs after its work is done.
    Silent,
    /// Not taken; the connection closes without an answer.
    Close,
}

/// Errors of an OTLP receiver, with what Phoenix says by each protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// UNAVAILABLE, 503: its queue is full, or it is starting.
    Unavailable,
    /// RESOURCE_EXHAUSTED, 429: too many requests.
    Throttled,
    /// RESOURCE_EXHAUSTED, 507: its disk is full.
    DiskFull,
    /// UNAUTHENTICATED, 401: the API key is missing or wrong.
    Unauthenticated,
    /// INVALID_ARGUMENT, 422: it cannot read the request.
    Unprocessable,
}

impl Refusal {
    /// Every one of them.
    pub const ALL: [Self; 5] =
        [Self::Unavailable, Self::Throttled, Self::DiskFull, Self::Unauthenticated, Self::Unprocessable];

    /// The status over gRPC.
    #[must_use]
    pub const fn grpc(self) -> u32 {
        match self {
            Self::Unavailable => 14,
            Self::Throttled | Self::DiskFull => 8,
            Self::Unauthenticated => 16,
            Self::Unprocessable => 3,
        }
    }

    /// The status over HTTP.
    #[must_use]
    pub const fn http(self) -> u16 {
        match self {
            Self::Unavailable => 503,
            Self::Throttled => 429,
            Self::DiskFull => 507,
            Self::Unauthenticated => 401,
            Self::Unprocessable => 422,
        }
    }
}
