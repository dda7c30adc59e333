//! Names of request headers that no policy may give another meaning.

use crate::decide::alike;
use crate::decision::STAMP_PREFIX;

/// Headers that HTTP, W3C Trace Context, Envoy or Istio give a meaning of their own, in lower case.
const RESERVED: [&str; 21] = [
    "accept",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-request-id",
];

/// Those of the filter itself, and of proxies.
const RESERVED_PREFIXES: [&str; 3] = [STAMP_PREFIX, "x-envoy-", "x-forwarded-"];

/// Whether the header `name` has a meaning already, or reads to some server as one that has.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    let name = name.as_bytes();
    RESERVED.iter().any(|reserved| alike(name, reserved))
        || RESERVED_PREFIXES.iter().any(|prefix| name.get(..prefix.len()).is_some_and(|start| alike(start, prefix)))
}

#[cfg(test)]
mod tests {
    use super::is_reserved;

    #[test]
    fn what_proxies_read_or_write_is_reserved() {
        for name in [
            "Host",
            "via",
            "TraceParent",
            "x-forwarded-for",
            "X-Envoy-Original-Path",
            "x-tenantry-cluster",
            "x_request_id",
        ] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["x-tenant-id", "x-session-id", "tenant", "x-forward", "hosts"] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
