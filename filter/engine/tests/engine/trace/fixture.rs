//! A gateway and a sidecar that trace, and requests through them.

use crate::fixture::{Sent, gateway, get};
use tenantry_engine::Config;
use tenantry_engine::config::{PluginConfig, Role, Trace, Workload};
use tenantry_engine::trace::{Begun, OpenSpan, Span, begin};

pub const GATEWAY: &str = "spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway";
pub const CALLER: &str = "spiffe://cluster.local/ns/default/sa/runtime";

/// Everything that the filter as the tracer can be told, with nothing opted into.
pub const TRACE: &str = r#"{
  "service": "gateway", "kind": "CHAIN", "session": "x-session-id", "user": "x-user",
  "export": {
    "to": {"protocol": "grpc", "cluster": "outbound|4317||phoenix.default.svc.cluster.local", "authority": "phoenix:4317",
           "timeoutMs": 5000},
    "project": "cogniverse-{org}:{tenant}", "unassigned": "cogniverse-unassigned", "sampling": 10000,
    "batch": {"spans": 512, "bytes": 1048576, "everyMs": 1000},
    "buffer": {"spans": 4096, "bytes": 8388608}
  }
}"#;

/// The start of every request, in nanoseconds since the Unix epoch, and its end.
pub const START: u64 = 1_800_000_000_000_000_000;
pub const END: u64 = START + 1_500_000;

/// Trace id `01..10`, span id `11..18`.
pub const ENTROPY: [u8; 24] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24];

/// A sampled context of somebody else.
pub const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

pub fn trace() -> Trace {
    serde_json::from_str(TRACE).expect("the fixture is JSON")
}

/// The gateway, as it traces after `change`.
pub fn tracing(change: impl FnOnce(&mut Trace)) -> Config {
    gateway(|config| config.trace = Some(changed(change)))
}

/// The same with the whole configuration to change.
pub fn tracing_gateway(change: impl FnOnce(&mut PluginConfig)) -> Config {
    gateway(|config| {
        config.trace = Some(trace());
        change(config);
    })
}

/// A sidecar of `runtime`, as it traces after `change`.
pub fn sidecar(change: impl FnOnce(&mut Trace)) -> Config {
    gateway(|config| {
        config.role = Role::Workload;
        config.hosts.clear();
        config.workload = Some(Workload { gateways: vec![GATEWAY.to_owned()], callers: vec![CALLER.to_owned()] });
        config.trace = Some(changed(change));
        config.trace.as_mut().expect("it was just set").service = "runtime".to_owned();
    })
}

fn changed(change: impl FnOnce(&mut Trace)) -> Trace {
    let mut trace = trace();
    change(&mut trace);
    trace
}

/// A request as the gateway stamps it for a sidecar.
pub fn stamped() -> Sent {
    get("/search")
        .tenant("tenant_a")
        .header("x-tenantry-cluster", "us")
        .header("x-tenantry-tier", "standard")
        .header("x-tenantry-track", "stable")
}

impl Sent {
    pub fn begin(&self, config: &Config) -> Option<Begun> {
        self.begin_with(config, &ENTROPY)
    }

    pub fn begin_with(&self, config: &Config, entropy: &[u8; 24]) -> Option<Begun> {
        self.request(|request| begin(config, request, &tenantry_engine::decide(config, request), START, entropy))
    }

    /// The span as it begins.
    pub fn open(&self, config: &Config) -> OpenSpan {
        self.begin(config).and_then(|begun| begun.span).expect("the request has a span")
    }

    /// The span of this request, answered with `status`.
    pub fn span(&self, config: &Config, status: u16) -> Span {
        self.open(config).end(Some(status), END).expect("the span is exported")
    }

    /// The `traceparent` that goes upstream.
    pub fn traceparent(&self, config: &Config) -> String {
        let begun = self.begin(config).expect("the request is traced");
        String::from_utf8(begun.traceparent.to_vec()).expect("it is ASCII")
    }
}
