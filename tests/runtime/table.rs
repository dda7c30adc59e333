//! A tenant table inside the module.

use crate::policy::{gateway_with, search};
use serde_json::{Value, json};
use tenantry::module::embed;
use tenantry_engine::table::{Attributes, Packed, Table, pack};
use tenantry_tests::host::{Module, Vm};

const TENANTS: usize = 3000;

fn packed() -> Packed {
    let ids: Vec<String> = (0..TENANTS).map(|at| format!("tenant_{at}")).collect();
    let tenants = ids.iter().enumerate().map(|(at, id)| {
        let cluster = if at % 3 == 0 { "eu" } else { "us" };
        (&**id, Attributes { cluster, standby: &[], tier: "gold", suspended: at % 7 == 0 })
    });
    pack(tenants).expect("distinct ids")
}

/// The configuration that goes with a table inside the module.
fn config(packed: &Packed) -> Value {
    let table = Table::open(Box::new(packed.bytes.clone())).expect("a table");
    let xxh3 = format!("{:016x}", table.digest());
    gateway_with(|config| {
        let module = json!({"classes": packed.classes, "bytes": packed.bytes.len(), "xxh3": xxh3});
        config["tenants"] = json!({"module": module});
    })
}

#[test]
fn is_what_requests_are_decided_on() {
    let packed = packed();
    let module = Module::new(&embed(&Module::bytes(), &packed.bytes).expect("the built module takes a table"));
    let mut vm = Vm::new(&module, config(&packed).to_string()).expect("good");
    for at in (0..TENANTS).step_by(97) {
        let outcome = vm.request(&search(&format!("tenant_{at}")));
        if at % 7 == 0 {
            assert_eq!(outcome.code().as_deref(), Some("tenant-suspended"));
        } else {
            let cluster = if at % 3 == 0 { "eu" } else { "us" };
            assert!(outcome.passed());
            assert_eq!(outcome.headers.one("x-tenantry-cluster"), Some(cluster));
        }
    }
    for id in ["tenant_3000", "tenant_", "tenant_00", "x"] {
        assert_eq!(vm.request(&search(id)).code().as_deref(), Some("tenant-unknown"), "{id}");
    }
}

/// The table is neither parsed nor copied: memory stays what it is without one.
#[test]
fn costs_no_memory() {
    let packed = packed();
    let module = Module::new(&embed(&Module::bytes(), &packed.bytes).expect("the built module takes a table"));
    let with = Vm::new(&module, config(&packed).to_string()).expect("good").pages();
    let without = crate::policy::start(&crate::policy::gateway()).pages();
    assert!(with <= without + 1, "{with} pages, {without} without a table");
}

/// A configuration never runs with another policy's table.
#[test]
fn must_be_the_configured_one() {
    let packed = packed();
    let refuses = |module: &[u8], config: &Value| {
        let refused = Vm::new(&Module::new(module), config.to_string()).expect_err("another table");
        assert_eq!(refused.trap, None);
    };
    refuses(&Module::bytes(), &config(&packed));
    let mut damaged = packed.bytes.clone();
    *damaged.last_mut().expect("a table") ^= 1;
    refuses(&embed(&Module::bytes(), &damaged).expect("any bytes"), &config(&packed));
    refuses(&embed(&Module::bytes(), b"short").expect("any bytes"), &config(&packed));
    refuses(&embed(&Module::bytes(), b"").expect("any bytes"), &config(&packed));
}
