//! Headers that mean two things.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::Policy;

rule! {
    /// ## What it does
    /// Finds a `session` or `user` header that is the tenant header, or the same header for both.
    ///
    /// ## Why it matters
    /// Every request of a tenant would be one endless session, or one user. Phoenix would show it as a single
    /// conversation.
    ///
    /// ## Example
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    ///   session: {header: x-tenant-id}
    /// ```
    ///
    /// ## Mend
    /// Name the header that tells conversations apart.
    /// ```yaml
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    ///   session: {header: x-session-id}
    /// ```
    pub static RULE: TN0405, "trace-header-twice", Warning, "one header stands for two things";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(tracing) = &policy.tracing else { return };
    let (session, user) = (&tracing.session_header, &tracing.user_header);
    let is_tenant = |it: &&crate::source::Spanned<String>| it.value.eq_ignore_ascii_case(&policy.tenancy.header);
    for (header, what) in [(session, "session"), (user, "user")] {
        if let Some(header) = header.as_ref().filter(is_tenant) {
            found.push(
                RULE.at(header.span, format!("every request of a tenant would be of one {what}"))
                    .related(policy.tenancy.header.span, "the tenant header")
                    .help(format!("name the header that tells each {what}")),
            );
        }
    }
    if let (Some(session), Some(user)) = (session, user)
        && session.value == user.value
        && !is_tenant(&user)
    {
        found.push(
            RULE.at(user.span, "every user would have one session for ever")
                .related(session.span, "the same header")
                .help("name two headers, or leave one of them out"),
        );
    }
}
