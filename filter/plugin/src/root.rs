//! The life of a configuration.
//!
//! Envoy hands a new configuration to a new root context of the same VM, first of all on its main thread. When that
//! one refuses, Envoy rejects the update and the old root contexts go on with the old configuration. A host that
//! configures one root context again gets the same: a refused configuration changes nothing.

use crate::export::{self, Exporter};
use crate::request::Http;
use crate::table::Embedded;
use crate::{host, metrics};
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::ContextType;
use std::rc::Rc;
use tenantry_engine::Config;
use tenantry_engine::table::Blob;

/// Where jwt_authn leaves the payload of a token that it verified, as Istio configures it.
const TOKEN_PAYLOAD: [&str; 4] = ["metadata", "filter_metadata", "envoy.filters.http.jwt_authn", "payload"];

/// A configuration in force, with what only the plugin derives from it.
pub struct Running {
    /// What the engine decides on.
    pub config: Config,
    /// Property path of the tenant claim, NUL-separated, if the policy wants one.
    pub claim: Option<Vec<u8>>,
    /// Where spans go, if the filter makes any.
    pub exporter: Option<Rc<Exporter>>,
    /// The root context's id.
    pub root: u32,
}

impl Running {
    fn new(config: Config, root: u32) -> Self {
        let claim = config.token().map(|token| {
            let path: Vec<&str> = TOKEN_PAYLOAD.into_iter().chain(token.claim.iter().map(String::as_str)).collect();
            path.join("\0").into_bytes()
        });
        let trace = config.trace().and_then(|trace| Some((trace.export.as_ref()?, &trace.service)));
        let exporter = trace.map(|(export, service)| export::open(export, service));
        if exporter.is_none() {
            export::finish();
        }
        Self { config, claim, exporter, root }
    }
}

/// One configuration's root context.
pub struct Root {
    id: u32,
    running: Option<Rc<Running>>,
}

impl Root {
    /// A root context without a configuration.
    pub const fn new(id: u32) -> Self {
        Self { id, running: None }
    }
}

/// The SDK drops a context when the host deletes it.
impl Drop for Root {
    fn drop(&mut self) {
        export::gone(self.id);
    }
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, len: usize) -> bool {
        let json = host::configuration(len).unwrap_or_default();
        let embedded = (!Embedded.is_empty()).then(|| Box::new(Embedded) as Box<dyn Blob>);
        match Config::parse(&json, embedded) {
            Ok(config) => {
                let (policy, tenants) = (config.policy(), config.tenants());
                host::log(host::Level::Info, &format!("policy `{policy}` is in force with {tenants} tenants"));
                metrics::accepted(tenants);
                self.running = Some(Rc::new(Running::new(config, self.id)));
                true
            }
            Err(error) => {
                host::log(host::Level::Error, &format!("the configuration is refused: {error}"));
                metrics::rejected();
                false
            }
        }
    }

    fn on_tick(&mut self) {
        export::tick(self.id);
    }

    fn create_http_context(&self, _context_id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Http::new(self.running.clone())))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}
