//! The second judge: the built module under a wasm runtime.

use super::explained::asked;
use super::policies::Draft;
use super::requests::Ask;
use super::ruling::{Ruling, stamps};
use serde_json::{Value, json};
use tenantry::envoy::filters::config_text;
use tenantry::policy::Policy;
use tenantry::try_::session::filter_config;
use tenantry_tests::host::{End, Module, Request, Vm};

/// One policy's module.
pub struct Hosted<'d> {
    vm: Vm,
    draft: &'d Draft,
    /// Path of the tenant claim, where the policy has tokens.
    claim: Vec<String>,
}

impl<'d> Hosted<'d> {
    pub fn new(policy: &Policy, draft: &'d Draft) -> Self {
        let config = config_text(&filter_config(policy, &draft.here));
        let vm = Vm::new(&Module::built(), config);
        let vm = vm.unwrap_or_else(|refused| panic!("the module refuses the configuration: {:?}", refused.log));
        let claim = policy.tenancy.token.as_ref().map(|token| token.claim.value.clone());
        Self { vm, draft, claim: claim.unwrap_or_default() }
    }

    /// The filter's part of a ruling: no route, and none at all where Envoy refuses the path by itself.
    pub fn rule(&mut self, ask: &Ask) -> Option<Ruling> {
        let asked = asked(ask);
        let mut request = Request::new(ask.method, &asked.authority, &asked.path()?);
        for (name, value) in &asked.headers {
            request = request.header(name, value);
        }
        if let Some((body, chunks)) = &ask.body {
            if *chunks == 0 || body.is_empty() {
                request = request.header("content-length", body.len().to_string());
            } else {
                request = request.header("transfer-encoding", "chunked");
            }
            if !body.is_empty() {
                let end = if *chunks == 0 { End::WithLastChunk } else { End::Alone };
                request = request.body(body.as_bytes().chunks(body.len().div_ceil((*chunks).max(1))), end);
            }
        }
        if let Some(claim) = ask.claim.as_ref().filter(|_| !self.claim.is_empty()) {
            request = request.claims(nested(&self.claim, claim));
        }
        let outcome = self.vm.request(&request);
        assert_eq!(outcome.trap, None, "the module traps on {ask:#?}");
        let headers: Vec<(String, String)> = outcome
            .headers
            .iter()
            .map(|(name, value)| (String::from_utf8_lossy(name).into(), String::from_utf8_lossy(value).into()))
            .collect();
        let stamps = stamps(&self.draft.header, headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        Some(Ruling {
            verdict: outcome.properties.get("tenantry.decision").cloned(),
            status: if outcome.passed() { 200 } else { u16::try_from(outcome.status()).expect("an HTTP status") },
            stamps: outcome.passed().then_some(stamps),
            reached: None,
        })
    }
}

/// `{a: {b: value}}` for the path `a`, `b`.
fn nested(path: &[String], value: &str) -> Value {
    path.iter().rev().fold(Value::from(value), |inner, key| json!({ key: inner }))
}
