//! The stable codes of refusals.

/// Declares every refusal once: variant, code, HTTP status, and the one-line title that
/// `application/problem+json` carries.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal, $title:literal;)+) => {
        /// Why a request was refused. The string form is stable and appears in the answer, in
        /// metrics, in the access log, in spans and in policy tests.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $variant,)+ }

        impl Code {
            /// Every code, in the order of the checks.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable kebab-case code, for example `tenant-missing`.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $code,)+ } }

            /// The HTTP status of the refusal.
            #[must_use]
            pub const fn status(self) -> u16 { match self { $(Self::$variant => $status,)+ } }

            /// One fixed sentence for a person. It never echoes anything that the client sent.
            #[must_use]
            pub const fn title(self) -> &'static str { match self { $(Self::$variant => $title,)+ } }
        }
    };
}

codes! {
    /// The path is not in the normal form that the gateway routes on.
    PathMalformed = "path-malformed", 400, "The request path is malformed.";
    /// The host is not one that this policy serves.
    HostUnknown = "host-unknown", 404, "This host is not served here.";
    /// No tenant header.
    TenantMissing = "tenant-missing", 400, "The tenant header is missing.";
    /// More than one tenant header, or several ids in one.
    TenantAmbiguous = "tenant-ambiguous", 400, "The request names more than one tenant.";
    /// Not in the id grammar, over-long, or a look-alike header name.
    TenantMalformed = "tenant-malformed", 400, "The tenant id is malformed.";
    /// A verified token is required and absent, lacks the tenant claim, or came without being verified.
    TokenMissing = "token-missing", 401, "A verified token that names the tenant is required.";
    /// A verified source names another tenant than the header.
    TenantMismatch = "tenant-mismatch", 403, "The request names another tenant than its header.";
    /// The id is not in the tenant table.
    TenantUnknown = "tenant-unknown", 403, "The tenant is not known.";
    /// The tenant exists and is suspended.
    TenantSuspended = "tenant-suspended", 403, "The tenant is suspended.";
    /// The tenant lives in another cluster and the policy says to refuse.
    TenantElsewhere = "tenant-elsewhere", 421, "The tenant is served by another cluster.";
    /// The tenant lives in another cluster, and the request has been forwarded by that one already.
    ForwardLoop = "forward-loop", 508, "The clusters do not agree where the tenant lives.";
    /// No route of the policy matches.
    RouteUnknown = "route-unknown", 404, "No route matches this request.";
    /// The tenant may not use this route.
    RouteForbidden = "route-forbidden", 403, "The tenant may not use this route.";
    /// The tenant is over its rate.
    TenantThrottled = "tenant-throttled", 429, "The tenant is over its request rate.";
    /// The body is larger than the limit for binding and the policy refuses such bodies.
    BodyTooLarge = "body-too-large", 413, "The request body is over the limit.";
    /// The body is compressed or otherwise encoded, so the tenant in it cannot be read.
    BodyEncoded = "body-encoded", 415, "The request body is encoded and cannot be checked.";
    /// The body says it is JSON and is not, or its tenant field is not a string.
    BodyMalformed = "body-malformed", 400, "The request body is malformed.";
    /// A workload got a request that the gateway did not stamp.
    StampMissing = "stamp-missing", 403, "The request did not come through the gateway.";
    /// A workload got a request from an identity that may not call it.
    CallerForbidden = "caller-forbidden", 403, "The caller may not reach this service.";
    /// The filter has no working configuration.
    PolicyUnavailable = "policy-unavailable", 503, "The tenancy policy is not available.";
}
