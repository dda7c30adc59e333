//! A cluster with sidecars for an application that the test itself plays.

use crate::fixture::phoenix;
use crate::model::ModelServer;
use crate::policy::policy;
use std::net::SocketAddr;
use tenantry::try_::echo::{EchoService, Identity};
use tenantry_tests::envoy::sidecars::Sidecars;
use tenantry_tests::policy::parse;

/// What runs. The application's service answers with what reached it.
pub struct Hop {
    /// Where clients come in.
    pub gateway: SocketAddr,
    /// Where the application calls the model service, under its own identity.
    pub egress: SocketAddr,
    _sidecars: Sidecars,
    _application: EchoService,
    _model: ModelServer,
    _runtime: tokio::runtime::Runtime,
}

impl Hop {
    /// Runs the policy with these projects and lines of `tracing`.
    pub fn start(prefix: &str, lines: &str) -> Self {
        let (policy, _) = parse(&policy(prefix, lines)).unwrap_or_else(|errors| panic!("{errors}"));
        let runtime = tokio::runtime::Runtime::new().expect("a tokio runtime");
        let who = Identity { cluster: "us".into(), service: "runtime".into(), release: None };
        let application = runtime.block_on(EchoService::start(who)).expect("an echo service");
        let model = ModelServer::start();
        let services = [("runtime", application.address()), ("ollama", model.address())].into();
        let sidecars = Sidecars::start(&policy, "us", phoenix().grpc(), &services);
        Self {
            gateway: sidecars.gateway(),
            egress: sidecars.to("ollama"),
            _sidecars: sidecars,
            _application: application,
            _model: model,
            _runtime: runtime,
        }
    }
}
