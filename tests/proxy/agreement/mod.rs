//! The agreement of all judges: for generated policies and requests, `explain`, the module under a wasm runtime and
//! the module in real Envoy give the same verdict, code, stamps and route.
//!
//! `TENANTRY_SEED` repeats a run, `TENANTRY_POLICIES` and `TENANTRY_REQUESTS` make it larger or smaller.

mod explained;
mod hosted;
mod policies;
mod proxied;
mod requests;
mod ruling;

use explained::Explained;
use hosted::Hosted;
use policies::Draft;
use proxied::Proxied;
use requests::Ask;
use std::time::{Instant, SystemTime};
use tenantry_tests::dice::Dice;
use tenantry_tests::envoy::VERSIONS;
use tenantry_tests::policy::parse;

/// Policies of one run.
const POLICIES: u64 = 60;
/// Requests to each policy.
const REQUESTS: usize = 40;

#[test]
fn every_judge_rules_alike() {
    let seed = number("TENANTRY_SEED").unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock that is past 1970");
        now.as_millis() as u64
    });
    let (count, requests) =
        (number("TENANTRY_POLICIES").unwrap_or(POLICIES), number("TENANTRY_REQUESTS").unwrap_or(REQUESTS as u64));
    println!("TENANTRY_SEED={seed} TENANTRY_POLICIES={count} TENANTRY_REQUESTS={requests}");
    let drafts: Vec<Draft> = (0..count).map(|number| policies::draft(seed, number)).collect();
    let loaded: Vec<_> = drafts
        .iter()
        .map(|draft| parse(&draft.text).unwrap_or_else(|errors| panic!("seed {seed}:\n{}\n{errors}", draft.text)))
        .collect();
    let asked: Vec<Vec<Ask>> = drafts
        .iter()
        .enumerate()
        .map(|(number, draft)| {
            let dice = &mut Dice::new(!seed, number as u64);
            (0..requests).map(|_| requests::ask(dice, draft)).collect()
        })
        .collect();
    let explained: Vec<Vec<_>> = drafts
        .iter()
        .zip(&loaded)
        .zip(&asked)
        .map(|((draft, (policy, sources)), asked)| {
            let judge = Explained::new(policy, sources, draft);
            asked.iter().map(|ask| judge.rule(ask)).collect()
        })
        .collect();
    let mut kinds: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for ruling in explained.iter().flatten() {
        *kinds.entry(ruling.kind()).or_default() += 1;
    }
    println!("{kinds:#?}");
    let started = Instant::now();
    let mut compared = 0;
    for (number, (draft, (policy, _))) in drafts.iter().zip(&loaded).enumerate() {
        let mut judge = Hosted::new(policy, draft);
        for (ask, expected) in asked[number].iter().zip(&explained[number]) {
            let Some(seen) = judge.rule(ask) else { continue };
            assert!(
                expected.of_the_filter().agrees_with(&seen),
                "seed {seed}, policy {number}\n{}\n{ask:#?}\nexplained {expected:#?}\nin the wasm runtime {seen:#?}",
                draft.text
            );
            compared += 1;
        }
    }
    println!("wasm runtime: {compared} requests compared after {:?}", started.elapsed());
    for version in VERSIONS {
        let started = Instant::now();
        let policies: Vec<_> = loaded.iter().map(|(policy, _)| policy).collect();
        let mut judge = Proxied::start(version, &policies, &drafts);
        println!("Envoy {version}: {count} policies ready after {:?}", started.elapsed());
        let mut compared = 0;
        for (number, draft) in drafts.iter().enumerate() {
            let seen = judge.rule(number, draft, &asked[number]);
            for ((ask, expected), seen) in asked[number].iter().zip(&explained[number]).zip(seen) {
                let expected = expected.in_version(version, &ask.target);
                let agreed = expected.agrees_with(&seen);
                assert!(
                    agreed,
                    "seed {seed}, policy {number}, Envoy {version}\n{}\n{ask:#?}\nexplained {expected:#?}\nin Envoy {seen:#?}",
                    draft.text
                );
                compared += 1;
            }
        }
        println!("Envoy {version}: {compared} requests compared after {:?}", started.elapsed());
    }
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not `{text}`")))
}
