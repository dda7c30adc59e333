//! A step takes effect in one place after another. Whichever has it already, every request is served.

use super::{moved, moving};
use tenantry::plan::door;
use tenantry::plan::filter::plugin_config_at;
use tenantry::plan::gateway_principal;
use tenantry::plan::moves::{Change, Stage, steps};
use tenantry::plan::place::Place;
use tenantry::policy::Policy;
use tenantry_engine::request::{Claim, Request};
use tenantry_engine::{Config, decide};

const CLUSTERS: [&str; 3] = ["us", "eu", "ap"];
const SERVICE: &str = "cogniverse-runtime";

/// What every place is told once a number of steps are done.
struct State {
    gateways: Vec<Config>,
    workloads: Vec<Config>,
    /// Each tenant's cluster at the front door while all of them work.
    door: Vec<(String, usize)>,
}

impl State {
    fn new(policy: &Policy, stages: [Stage; 3], at_new_homes: bool) -> Self {
        let config = |cluster: &str, place, stage| {
            Config::new(plugin_config_at(policy, cluster, place, stage), None).expect("the filter takes it")
        };
        let plan = door::plan(policy, at_new_homes).expect("a front door");
        let index = |name: &str| CLUSTERS.iter().position(|it| *it == name).expect("a cluster");
        let of = |place| CLUSTERS.iter().zip(stages).map(|(name, stage)| config(name, place, stage)).collect();
        Self {
            gateways: of(Place::Gateway),
            workloads: of(Place::Workload(SERVICE)),
            door: plan
                .tenants
                .iter()
                .filter_map(|tenant| Some((tenant.id.clone(), index(&plan.ways[tenant.way?].clusters[0]))))
                .collect(),
        }
    }
}

/// Before the moves, after each step, and with the policy of afterwards.
fn states(elsewhere: &str) -> Vec<State> {
    let policy = moving(elsewhere);
    let (mut stages, mut at_new_homes) = ([Stage::Before; 3], false);
    let mut states = vec![State::new(&policy, stages, at_new_homes)];
    for step in steps(&policy) {
        let stage = match step.change {
            Change::Accept => Stage::Accepted,
            Change::HandOver => Stage::HandedOver,
            Change::FrontDoor => {
                at_new_homes = true;
                Stage::Before
            }
        };
        for (at, _) in CLUSTERS.iter().enumerate().filter(|(_, name)| step.clusters.iter().any(|it| it == *name)) {
            stages[at] = stage;
        }
        states.push(State::new(&policy, stages, at_new_homes));
    }
    states.push(State::new(&moved(elsewhere), [Stage::Before; 3], true));
    states
}

fn request<T>(headers: &[(&str, &str)], peer: Option<&str>, look: impl FnOnce(&Request<'_>) -> T) -> T {
    let pseudo = [(":method", "GET"), (":path", "/search"), (":authority", "api.cogniverse.com")];
    let all: Vec<(&[u8], &[u8])> =
        pseudo.iter().chain(headers).map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
    look(&Request { headers: &all, has_body: false, claim: Claim::Absent, peer: peer.map(str::as_bytes) })
}

/// The cluster whose workload serves a request that enters at a cluster's gateway, or why none does. `new` tells for each
/// gateway and each workload whether the step has taken effect there.
fn serve(tenant: &str, enters: usize, states: [&State; 2], new: u32) -> Result<usize, String> {
    let gateway = |at: usize| &states[(new >> at & 1) as usize].gateways[at];
    let workload = |at: usize| &states[(new >> (at + CLUSTERS.len()) & 1) as usize].workloads[at];
    let mut at = enters;
    let mut via = String::new();
    for _ in 0..=CLUSTERS.len() {
        let mut sent = vec![("x-tenant-id", tenant)];
        if !via.is_empty() {
            sent.push(("x-tenantry-via", &via));
        }
        let (verdict, set) = request(&sent, None, |request| {
            let decision = decide(gateway(at), request);
            let set: Vec<(String, String)> =
                decision.set.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into_owned())).collect();
            (decision.verdict.to_string(), set)
        });
        if let Some((_, next)) = verdict.split_once(':').filter(|(kind, _)| ["forward", "redirect"].contains(kind)) {
            via = set.into_iter().find(|(name, _)| name == "x-tenantry-via").map(|(_, via)| via).unwrap_or_default();
            at = CLUSTERS.iter().position(|name| *name == next).expect("a cluster");
            continue;
        }
        if verdict != "allow" {
            return Err(format!("the gateway of {} says {verdict}", CLUSTERS[at]));
        }
        let stamped: Vec<(&str, &str)> = [("x-tenant-id", tenant)]
            .into_iter()
            .chain(set.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            .collect();
        let peer = format!("spiffe://{}", gateway_principal());
        let verdict = request(&stamped, Some(&peer), |request| decide(workload(at), request).verdict.to_string());
        return if verdict == "allow" { Ok(at) } else { Err(format!("a workload of {} says {verdict}", CLUSTERS[at])) };
    }
    Err("it goes round and round".to_owned())
}

#[test]
fn no_request_is_lost_while_a_step_takes_effect() {
    for elsewhere in ["forward", "redirect", "refuse"] {
        let states = states(elsewhere);
        assert_eq!(states.len(), 5);
        let mut tried = 0;
        for (step, pair) in states.windows(2).enumerate() {
            let pair = [&pair[0], &pair[1]];
            // The front door may be before or after the step, and so may each gateway and each workload.
            for (tenant, enters) in pair.iter().flat_map(|state| &state.door) {
                for new in 0..1 << (2 * CLUSTERS.len()) {
                    tried += 1;
                    if let Err(why) = serve(tenant, *enters, pair, new) {
                        panic!("{elsewhere}, step {}, {tenant}, by way of {}: {why}", step + 1, CLUSTERS[*enters]);
                    }
                }
            }
        }
        assert_eq!(tried, 4 * 2 * 4 * 64);
    }
}

#[test]
fn while_the_mesh_forwards_it_does_not_matter_where_a_request_enters() {
    let states = states("forward");
    for (step, pair) in states.windows(2).enumerate() {
        let pair = [&pair[0], &pair[1]];
        for (tenant, _) in &pair[0].door {
            for (enters, name) in CLUSTERS.iter().enumerate() {
                for new in 0..1 << (2 * CLUSTERS.len()) {
                    let served = serve(tenant, enters, pair, new);
                    assert!(served.is_ok(), "step {}, {tenant}, by way of {name}: {served:?}", step + 1);
                }
            }
        }
    }
}

#[test]
fn once_a_step_is_done_one_cluster_serves_all_that_the_front_door_sends() {
    for elsewhere in ["forward", "redirect", "refuse"] {
        let expected = [("tenant_a", [0, 1]), ("tenant_b", [1, 0]), ("acme_corp", [0, 1]), ("globex_inc", [2, 2])];
        for (step, state) in states(elsewhere).iter().enumerate() {
            // From the second step on, whichever that is, the new home serves.
            let arrived = usize::from(step >= 2);
            for (tenant, enters) in &state.door {
                let served = serve(tenant, *enters, [state, state], 0).expect("served");
                let (_, homes) = expected.iter().find(|(id, _)| id == tenant).expect("known");
                assert_eq!(served, homes[arrived], "{elsewhere}, after step {step}: {tenant}");
            }
        }
    }
}
