//! `WasmPlugin`: the filter in Istio before 1.30.

use super::wasm::{PHASE, PRIORITY, TrafficMatch, Wasm, seats};
use crate::emit::filter::Filter;
use crate::emit::manifest::{Document, Manifest, Selector};
use crate::plan::ClusterPlan;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    selector: Selector,
    phase: &'static str,
    priority: i32,
    #[serde(rename = "match")]
    matches: [TrafficMatch; 1],
    #[serde(flatten)]
    wasm: Wasm<'a>,
}

/// Nothing for newer targets; [`super::traffic_extension`] serves those.
pub fn emit(plan: &ClusterPlan, filter: &Filter) -> Vec<Document> {
    if plan.istio >= (1, 30) {
        return Vec::new();
    }
    let seats = seats(plan, filter).into_iter();
    seats
        .map(|seat| {
            let spec = Spec {
                selector: Selector::new(&seat.labels),
                phase: PHASE,
                priority: PRIORITY,
                matches: [TrafficMatch { mode: seat.mode }],
                wasm: Wasm::new(&filter.module, seat.config),
            };
            let at = (seat.namespace, seat.name.as_str());
            Manifest::new(plan, "extensions.istio.io/v1alpha1", "WasmPlugin", at, spec).document()
        })
        .collect()
}
