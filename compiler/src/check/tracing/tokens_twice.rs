//! Tokens that count twice.

use crate::diagnostic::{Diagnostic, rule};
use crate::policy::{Caller, Policy};
use tenantry_engine::config::SpanKind;

rule! {
    /// ## What it does
    /// Finds a service with `span: LLM` that calls another one with `span: LLM`.
    ///
    /// ## Why it matters
    /// Phoenix adds up the tokens of every span of kind LLM in a trace. A service that answers with the usage of the model
    /// that it asked, as proxies and agents for models do, counts the same tokens once more.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   web: {port: 8000, span: LLM, callers: [ingress]}
    ///   model: {port: 11434, span: LLM, callers: [web]}
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    /// ```
    ///
    /// ## Mend
    /// Give the kind LLM to the model alone.
    /// ```yaml
    /// services:
    ///   web: {port: 8000, span: AGENT, callers: [ingress]}
    ///   model: {port: 11434, span: LLM, callers: [web]}
    /// tracing:
    ///   phoenix: {portName: grpc-otlp}
    ///   project: "shop-{tenant}"
    /// ```
    pub static RULE: TN0407, "tokens-counted-twice", Warning, "the tokens of one call count at two services";
}

pub fn check(policy: &Policy, found: &mut Vec<Diagnostic>) {
    if policy.tracing.is_none() {
        return;
    }
    let llm = |name: &str| policy.services.get(name)?.span_kind.as_ref().filter(|kind| kind.value == SpanKind::Llm);
    for (name, service) in &policy.services {
        let Some(model) = llm(name) else { continue };
        for caller in &service.callers {
            let Caller::Service(caller) = &caller.value else { continue };
            if let Some(kind) = llm(caller).filter(|_| caller != name) {
                found.push(
                    RULE.at(kind.span, format!("tokens of `{name}` count again at `{caller}`, which calls it"))
                        .related(model.span, "the model")
                        .help("use `AGENT` or `CHAIN` for the service that asks the model"),
                );
            }
        }
    }
}
