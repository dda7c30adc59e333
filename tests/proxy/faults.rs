//! Whatever is wrong with the module, no request goes by undecided.

use serde_json::json;
use tenantry::envoy::{access_log, bootstrap, clusters, filters, filters::Wasm, listener::Listener};
use tenantry::try_::port::Port;
use tenantry_tests::envoy::client::Request;
use tenantry_tests::envoy::gateway::{Gateway, config};
use tenantry_tests::envoy::{Envoy, VERSIONS, module};

/// Modules that are none, by name and content.
fn broken() -> Vec<(&'static str, Vec<u8>)> {
    let good = std::fs::read(module()).unwrap();
    let cut = good[..good.len() / 2].to_vec();
    vec![
        ("empty.wasm", Vec::new()),
        ("text.wasm", b"#!/bin/sh\n".to_vec()),
        ("header.wasm", b"\0asm\x01\0\0\0".to_vec()),
        ("cut.wasm", cut),
    ]
}

#[test]
fn an_envoy_without_a_working_module_does_not_start() {
    for version in VERSIONS {
        let directory = tempfile::tempdir().unwrap();
        let missing = directory.path().join("missing.wasm");
        let mut modules = vec![missing];
        for (name, bytes) in broken() {
            let path = directory.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            modules.push(path);
        }
        for module in modules {
            let port = Port::reserve().unwrap();
            let filter =
                Wasm { name: "tenantry", module: &module, config: &config(&["alpha"]).to_string(), environment: &[] }
                    .filter();
            let listener = Listener {
                name: "gateway",
                address: port.address(),
                filters: vec![filter, filters::router()],
                routes: json!({}),
                access_log: access_log::logger("us"),
                tracing: None,
                local_reply: None,
                early: serde_json::Value::Null,
            };
            let cluster = clusters::cluster("none", port.address(), false);
            let started = Envoy::start(version, &bootstrap("us", vec![listener.to_json()], vec![cluster]), 1);
            assert!(started.is_err(), "Envoy {version} starts with {}", module.display());
        }
    }
}

#[test]
fn a_broken_module_delivered_later_leaves_the_good_one_in_force() {
    for version in VERSIONS {
        let gateway = Gateway::start(version, &config(&["alpha"]).to_string(), 2);
        let status = |tenant: &str| {
            gateway.send(&Request::get("api.example.com", "/search").header("x-tenant-id", tenant)).status
        };
        let rejected = || gateway.envoy().stats().sum(&["extension_config_discovery", "update_rejected"]);
        for (name, bytes) in broken() {
            let path = gateway.envoy().directory().join(name);
            std::fs::write(&path, bytes).unwrap();
            let before = rejected();
            gateway.swap_module(&config(&["alpha", "beta"]).to_string(), &path);
            assert!(gateway.eventually(|| rejected() > before), "Envoy {version} took {name}");
            assert_eq!((status("alpha"), status("beta")), (200, 403), "Envoy {version} after {name}");
        }
        gateway.stop();
    }
}
