//! `services.NAME.retries` and `services.NAME.circuitBreaker`.

use super::form::{Flag, List, Number, record};
use super::formats::{RetryCondition, Timespan, WholePercent};
use crate::policy::{CircuitBreaker, Eject, Retries};
use crate::source::Spanned;

record! {
    /// When and how often a request is tried again.
    pub struct RetriesForm {
        /// Tries after the first one.
        "attempts" attempts: Number<0, 10>, required, example "2";
        /// The time for each try. Left out, a try may last as long as the whole request.
        "perTry" per_try: Timespan, optional, example "3s";
        /// When to try again: Envoy's conditions, and status codes in quotes. The default tries again only where
        /// the service cannot have seen the request.
        "on" on: List<RetryCondition, 1>, default "[connect-failure, refused-stream]", example "[connect-failure, refused-stream, \"503\"]";
        /// Whether methods that are not idempotent, such as POST and PATCH, are tried again as well.
        "nonIdempotent" non_idempotent: Flag, default "false";
    }
}

record! {
    /// What keeps a service that is in trouble from being overrun.
    pub struct BreakerForm {
        /// The most TCP connections to the service.
        "connections" connections: Number<1, 1_000_000>, optional, example "100";
        /// The most requests that wait for a connection.
        "pending" pending: Number<1, 1_000_000>, optional, example "50";
        /// The most requests under way at once.
        "requests" requests: Number<1, 1_000_000>, optional, example "100";
        /// The most requests on one connection. Left out, connections are kept alive.
        "perConnection" per_connection: Number<1, 1_000_000>, optional, example "1000";
        /// When an endpoint is left out for a while.
        "eject" eject: EjectForm, optional, example "{after5xx: 5, minHealth: 40%}";
    }
}

record! {
    /// When an endpoint of a service is left out for a while.
    pub struct EjectForm {
        /// Answers with a 5xx status in a row.
        "after5xx" after_5xx: Number<1, 1_000>, default "5";
        /// The time between two looks.
        "interval" interval: Timespan, default "10s";
        /// How long an endpoint is left out the first time; each further time is longer.
        "for" base: Timespan, default "30s";
        /// The most endpoints that may be left out at once.
        "most" most: WholePercent, default "10%";
        /// Below this share of healthy endpoints nothing is left out any more. Istio 1.31 sends requests to unhealthy
        /// endpoints unless it is given.
        "minHealth" min_health: WholePercent, optional, example "40%";
    }
}

impl RetriesForm {
    pub fn lower(self) -> Option<Retries> {
        Some(Retries {
            attempts: self.attempts?,
            per_try: self.per_try,
            on: self.on?.value,
            non_idempotent: self.non_idempotent?,
        })
    }
}

impl BreakerForm {
    pub fn lower(self) -> Option<CircuitBreaker> {
        let eject = match self.eject {
            Some(eject) => Some(Spanned::new(eject.value.lower()?, eject.span)),
            None => None,
        };
        Some(CircuitBreaker {
            connections: self.connections,
            pending: self.pending,
            requests: self.requests,
            per_connection: self.per_connection,
            eject,
        })
    }
}

impl EjectForm {
    fn lower(self) -> Option<Eject> {
        Some(Eject {
            after_5xx: self.after_5xx?,
            interval: self.interval?,
            base: self.base?,
            most: self.most?,
            min_health: self.min_health,
        })
    }
}
