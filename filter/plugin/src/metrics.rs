//! Counters and gauges, defined when first needed and shared by every configuration of this VM.
//!
//! Tags stand in a metric's name as `TAG=.=VALUE;.;`, the form that Istio's proxies take apart for each of their
//! `extraStatTags`. The tags' own names start with `tenantry_` because those patterns are not anchored: a tag named
//! `code` would also match within Istio's `response_code`.

use crate::host::{self, Metric};
use std::cell::RefCell;
use std::collections::HashMap;
use tenantry_engine::code::Code;
use tenantry_engine::decision::Verdict;

/// Label of tenants beyond the bound.
const OTHER: &str = "other";
/// Label of requests that no tenant was established for.
const NONE: &str = "none";
/// Verdicts besides the refusals.
const VERDICTS: usize = 3;

/// Metric ids of one tenant, by [`slot`].
type Slots = [Option<u32>; VERDICTS + Code::ALL.len()];

#[derive(Default)]
struct Metrics {
    /// Tenants with a label of their own, as indices into `labelled`.
    tenants: HashMap<Box<str>, usize>,
    labelled: Vec<Slots>,
    other: Slots,
    none: Slots,
}

thread_local! {
    static METRICS: RefCell<Metrics> = RefCell::default();
}

/// Counts a request in `tenantry_requests_total`. At most `bound` tenants get a label of their own per VM.
pub fn count(verdict: Verdict<'_>, tenant: Option<&str>, bound: u32) {
    METRICS.with_borrow_mut(|metrics| {
        let (slots, label) = metrics.slots(tenant, bound);
        let Some(id) = slots.get_mut(slot(verdict)) else { return };
        if id.is_none() {
            let decision = decision(verdict);
            let name = format!("tenantry_decision=.={decision};.;tenantry_tenant=.={label};.;tenantry_requests_total");
            *id = host::define_metric(Metric::Counter, &name);
        }
        if let Some(id) = *id {
            host::add(id, 1);
        }
    });
}

impl Metrics {
    fn slots<'a>(&mut self, tenant: Option<&'a str>, bound: u32) -> (&mut Slots, &'a str) {
        let Some(tenant) = tenant else { return (&mut self.none, NONE) };
        let mut index = self.tenants.get(tenant).copied();
        if index.is_none() && usize::try_from(bound).is_ok_and(|bound| self.labelled.len() < bound) {
            index = Some(self.labelled.len());
            self.tenants.insert(tenant.into(), self.labelled.len());
            self.labelled.push(Slots::default());
        }
        match index.and_then(|index| self.labelled.get_mut(index)) {
            Some(slots) => (slots, tenant),
            None => (&mut self.other, OTHER),
        }
    }
}

/// A configuration came into force. Counted by every worker and by the main thread.
pub fn accepted(tenants: usize) {
    if let Some(id) = host::define_metric(Metric::Counter, "tenantry_config_accepted_total") {
        host::add(id, 1);
    }
    if let Some(id) = host::define_metric(Metric::Gauge, "tenantry_tenants") {
        host::record(id, tenants as u64);
    }
}

/// A configuration was refused.
pub fn rejected() {
    if let Some(id) = host::define_metric(Metric::Counter, "tenantry_config_rejected_total") {
        host::add(id, 1);
    }
}

const fn slot(verdict: Verdict<'_>) -> usize {
    match verdict {
        Verdict::Allow => 0,
        Verdict::Forward { .. } => 1,
        Verdict::Redirect { .. } => 2,
        Verdict::Refuse(code) => VERDICTS.saturating_add(code as usize),
    }
}

/// The verdict as a label: a refusal by its code.
const fn decision(verdict: Verdict<'_>) -> &'static str {
    match verdict {
        Verdict::Refuse(code) => code.as_str(),
        other => other.kind(),
    }
}
