//! A module with a tenant table inside, in real Envoy.

use serde_json::json;
use tenantry::module::embed;
use tenantry_engine::table::{Attributes, Table, pack};
use tenantry_tests::envoy::client::Request;
use tenantry_tests::envoy::gateway::{Gateway, config};
use tenantry_tests::envoy::{VERSIONS, module};

const TENANTS: usize = 20_000;

#[test]
fn every_version_runs_it() {
    let ids: Vec<String> = (0..TENANTS).map(|at| format!("tenant_{at}")).collect();
    let tenants = ids
        .iter()
        .enumerate()
        .map(|(at, id)| (&**id, Attributes { cluster: "us", standby: &[], tier: "standard", suspended: at % 10 == 0 }));
    let packed = pack(tenants).expect("distinct ids");
    let table = Table::open(Box::new(packed.bytes.clone())).expect("a table");
    let built = std::fs::read(module()).expect("the built module");
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("with_table.wasm");
    std::fs::write(&path, embed(&built, &packed.bytes).expect("the built module takes a table")).expect("written");
    let mut config = config(&[]);
    let xxh3 = format!("{:016x}", table.digest());
    config["tenants"] = json!({"module": {"classes": packed.classes, "bytes": packed.bytes.len(), "xxh3": xxh3}});

    for version in VERSIONS {
        let gateway = Gateway::start_with(version, &config.to_string(), 2, &path);
        let send = |tenant: &str| {
            gateway.send(&Request::get("api.example.com", "/search").header("x-tenant-id", tenant)).status
        };
        for at in (1..TENANTS).step_by(1999) {
            let expected = if at % 10 == 0 { 403 } else { 200 };
            assert_eq!(send(&format!("tenant_{at}")), expected, "Envoy {version}, tenant_{at}");
        }
        assert_eq!(send("tenant_20000"), 403, "Envoy {version}");
        gateway.stop();
    }
}
