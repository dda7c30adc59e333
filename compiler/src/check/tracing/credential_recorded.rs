//! Credentials in spans.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds headers among those recorded that carry credentials, such as `authorization` and `cookie`, unless
    /// `redact` leaves their values out.
    ///
    /// ## Why it matters
    /// Whoever may look at traces could act as any user whose request is in them, for as long as the credential
    /// lasts. Traces are kept long and shown to many.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    ///   record: {requestHeaders: [authorization], redact: [password]}
    /// ```
    ///
    /// ## Mend
    /// Leave the header out, or record only that it was there.
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    ///   record: {requestHeaders: [authorization], redact: [authorization, password]}
    /// ```
    pub static RULE: TN0401, "credential-recorded", Error, "spans hold credentials";
}

/// Headers that prove who somebody is.
const CREDENTIALS: [&str; 6] =
    ["authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key", "x-forwarded-client-cert"];

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(record) = policy.tracing.as_ref().map(|it| &it.record) else { return };
    let redacted = |name: &str| record.redact.iter().any(|it| it.value == name);
    let headers = record.request_headers.iter().chain(&record.response_headers);
    for header in headers.filter(|it| CREDENTIALS.contains(&it.as_str()) && !redacted(it)) {
        found.push(
            RULE.at(header.span, format!("spans would hold the credential in `{}`", header.value))
                .help(format!("leave it out, or add `{}` to `redact`", header.value)),
        );
    }
}
