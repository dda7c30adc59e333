//! Configurations come, go and are refused.

use crate::policy::{gateway, gateway_with, search};
use tenantry_tests::host::{Module, Outcome, Proxy, Vm};

fn other() -> String {
    gateway_with(|config| config["tenants"]["inline"] = serde_json::json!({"fresh": {"cluster": "us", "tier": "gold"}}))
        .to_string()
}

fn tenants(vm: &mut Vm) -> [bool; 2] {
    ["tenant_a", "fresh"].map(|tenant| vm.request(&search(tenant)).passed())
}

#[test]
fn swap() {
    let proxy = Proxy::default();
    let mut vm = Vm::start(&Module::built(), &proxy, gateway().to_string()).expect("good");
    assert_eq!((tenants(&mut vm), proxy.metric("tenantry_tenants")), ([true, false], 5));
    vm.configure(other()).expect("good as well");
    assert_eq!((tenants(&mut vm), proxy.metric("tenantry_tenants")), ([false, true], 1));
    assert_eq!(proxy.metric("tenantry_config_accepted_total"), 2);
    assert_eq!(proxy.metric("tenantry_config_rejected_total"), 0);
}

/// Whichever way a host offers it, a bad configuration changes nothing, and log and metric say so.
#[test]
fn bad_keeps_the_old() {
    let proxy = Proxy::default();
    let mut vm = Vm::start(&Module::built(), &proxy, gateway().to_string()).expect("good");
    let bad = gateway_with(|config| config["routes"][0]["service"] = 7.into()).to_string();
    for refused in [vm.configure(&bad), vm.reconfigure(&bad), vm.configure(""), vm.reconfigure("{")] {
        let refused = refused.expect_err("a bad configuration");
        assert!(refused.trap.is_none());
        assert!(refused.log.iter().any(|line| line.level == 4 && line.text.contains("refused")), "{:?}", refused.log);
        assert_eq!(tenants(&mut vm), [true, false]);
    }
    assert_eq!(proxy.metric("tenantry_config_rejected_total"), 4);
    assert_eq!(proxy.metric("tenantry_tenants"), 5);
    vm.reconfigure(other()).expect("good as well");
    assert_eq!(tenants(&mut vm), [false, true]);
}

#[test]
fn an_unknown_version_is_refused() {
    let config = gateway_with(|config| config["version"] = 2.into()).to_string();
    let refused = Vm::new(&Module::built(), config).expect_err("a version from the future");
    assert!(refused.log.iter().any(|line| line.text.contains("version")), "{:?}", refused.log);
}

/// Without a configuration, nothing passes: not even what no policy would ask for a tenant.
#[test]
fn none_refuses_everything() {
    let mut vm = Vm::bare(&Module::built(), &Proxy::default());
    vm.adopt_unconfigured_root();
    let closed = |outcome: &Outcome| (outcome.status(), outcome.code()) == (503, Some("policy-unavailable".into()));
    assert!(closed(&vm.request(&search("tenant_a"))));
    assert!(closed(&vm.request(&crate::policy::get("/health"))));
    vm.reconfigure("nonsense").expect_err("not a configuration");
    assert!(closed(&vm.request(&search("tenant_a"))));
}

/// Contexts of old configurations and past requests go away.
#[test]
fn memory_does_not_grow_with_updates() {
    let mut vm = Vm::new(&Module::built(), gateway().to_string()).expect("good");
    let round = |vm: &mut Vm| {
        for config in [other(), gateway().to_string()] {
            vm.configure(config).expect("good");
            assert!(tenants(vm).iter().any(|passed| *passed));
        }
    };
    (0..10).for_each(|_| round(&mut vm));
    let pages = vm.pages();
    (0..200).for_each(|_| round(&mut vm));
    assert_eq!(vm.pages(), pages);
}
