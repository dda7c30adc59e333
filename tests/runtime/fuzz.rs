//! Garbage for a configuration: refused or accepted, never a trap, and never a request undecided after it.

use crate::policy::{gateway, search};
use proptest::prelude::*;
use serde_json::{Value, json};
use tenantry_tests::host::{Module, Proxy, Vm};

/// Offers a configuration to a VM that runs a good one.
fn offer(bytes: &[u8]) {
    let mut vm = Vm::new(&Module::built(), gateway().to_string()).expect("good");
    let refused = vm.configure(bytes).err();
    if let Some(refused) = &refused {
        assert_eq!(refused.trap, None);
        assert!(refused.log.iter().any(|line| line.level == 4), "a refusal says why");
    }
    let outcome = vm.request(&search("nobody"));
    assert!(outcome.trap.is_none() && !outcome.completed, "{outcome:?}");
    assert!(refused.is_none() || vm.request(&search("tenant_a")).passed(), "the old configuration stays");
}

#[test]
fn corpus() {
    let deep = "[".repeat(100_000);
    let long = format!("{{\"version\":1,\"policy\":\"{}\"}}", "x".repeat(1 << 20));
    let inputs: [&[u8]; 10] = [
        b"",
        b" ",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"{\"version\":1}",
        b"{\"version\":1e400}",
        deep.as_bytes(),
        long.as_bytes(),
    ];
    inputs.into_iter().for_each(offer);
}

/// A value of another type, or nothing, anywhere in a good configuration.
#[test]
fn every_field_of_another_type() {
    fn paths(value: &Value, at: &str, into: &mut Vec<String>) {
        into.push(at.to_owned());
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| paths(value, &format!("{at}/{key}"), into)),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(key, value)| paths(value, &format!("{at}/{key}"), into))
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    paths(&gateway(), "", &mut all);
    assert!(all.len() > 50);
    let mut vm = Vm::new(&Module::built(), gateway().to_string()).expect("good");
    for path in all {
        for other in [json!(null), json!(-1), json!("\u{0}\u{1f600}"), json!([1]), json!({"x": 1})] {
            let mut config = gateway();
            *config.pointer_mut(&path).expect("a path of it") = other;
            let bytes = config.to_string();
            if let Err(refused) = vm.configure(&bytes) {
                assert_eq!(refused.trap, None, "{path} {bytes}");
            } else {
                let outcome = vm.request(&search("no_such_tenant_anywhere"));
                assert!(outcome.trap.is_none() && !outcome.completed, "{path} {bytes}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Bytes of a good configuration, damaged.
    #[test]
    fn damaged(at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>(), keep: bool) {
        let mut bytes = gateway().to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if !keep {
            bytes.truncate(cut.index(bytes.len()));
        }
        let mut vm = Vm::bare(&Module::built(), &Proxy::default());
        match vm.configure(&bytes) {
            Err(refused) => prop_assert_eq!(refused.trap, None),
            Ok(()) => {
                prop_assert_eq!(vm.request(&search("tenant_a")).trap, None);
                prop_assert!(!vm.request(&search("no_such_tenant_anywhere")).completed);
            }
        }
    }
}
