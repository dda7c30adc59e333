//! One policy that uses everything, and requests against it. The same tests run natively and on wasm32.

use tenantry_engine::Config;
use tenantry_engine::config::PluginConfig;
use tenantry_engine::decision::Decision;
use tenantry_engine::request::{Claim, Request};

/// The gateway of cluster `us`.
pub const GATEWAY: &str = r#"{
  "version": 1, "policy": "cogniverse", "role": "gateway", "cluster": "us",
  "header": "x-tenant-id", "ids": "org-colon",
  "hosts": ["api.cogniverse.com", "*.apps.cogniverse.com"],
  "exempt": ["/health", "/health/live"],
  "elsewhere": "forward",
  "clusters": {"us": {"endpoint": "us.example.com"}, "eu": {"endpoint": "eu.example.com:8443"}},
  "tiers": {"standard": {"millirate": 50000, "burst": 100}, "gold": {}},
  "routes": [
    {"path": "/search", "service": "runtime"},
    {"path": "/dashboard", "methods": ["GET", "HEAD"], "service": "dashboard"},
    {"path": "/admin", "service": "runtime", "tenants": ["acme:production"]}
  ],
  "releases": {"runtime": [
    {"name": "stable", "weight": 9500, "sticky": false},
    {"name": "canary", "weight": 500, "sticky": true, "header": ["x-canary-user", "true"]}
  ]},
  "tenants": {"inline": {
    "tenant_a": {"cluster": "us", "tier": "standard"},
    "tenant_b": {"cluster": "eu", "tier": "standard"},
    "acme:production": {"cluster": "us", "tier": "gold"},
    "closed": {"cluster": "us", "tier": "gold", "suspended": true}
  }},
  "stamps": {"cluster": true, "tier": true, "track": true}
}"#;

/// The gateway's configuration after `change`.
pub fn gateway(change: impl FnOnce(&mut PluginConfig)) -> Config {
    let mut config = serde_json::from_str(GATEWAY).expect("the fixture is JSON");
    change(&mut config);
    Config::new(config, None).expect("the fixture is valid")
}

/// A request by its pseudo-headers and headers.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    headers: Vec<(Vec<u8>, Vec<u8>)>,
    has_body: bool,
    claim: Option<Vec<u8>>,
    peer: Option<Vec<u8>>,
}

/// `GET PATH` to a served host.
pub fn get(path: &str) -> Sent {
    Sent::default().header(":method", "GET").header(":path", path).header(":authority", "api.cogniverse.com")
}

impl Sent {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn raw(mut self, name: &[u8], value: &[u8]) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn replace(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(sent, _)| sent != name.as_bytes());
        self.header(name, value)
    }

    pub fn tenant(self, id: &str) -> Self {
        self.header("x-tenant-id", id)
    }

    pub fn body(mut self, content_type: &str) -> Self {
        self.has_body = true;
        if content_type.is_empty() { self } else { self.header("content-type", content_type) }
    }

    pub fn claim(mut self, claim: &str) -> Self {
        self.claim = Some(claim.into());
        self
    }

    pub fn peer(mut self, peer: &str) -> Self {
        self.peer = Some(peer.into());
        self
    }

    /// Decides on the request and shows the decision to `look`.
    pub fn decide<T>(&self, config: &Config, look: impl FnOnce(Decision<'_>) -> T) -> T {
        self.request(|request| look(tenantry_engine::decide(config, request)))
    }

    /// Shows the request as the engine sees it to `look`.
    pub fn request<T>(&self, look: impl FnOnce(&Request<'_>) -> T) -> T {
        let headers: Vec<(&[u8], &[u8])> = self.headers.iter().map(|(n, v)| (n.as_slice(), v.as_slice())).collect();
        look(&Request {
            headers: &headers,
            has_body: self.has_body,
            claim: self.claim.as_deref().map_or(Claim::Absent, Claim::Value),
            peer: self.peer.as_deref(),
        })
    }

    /// The verdict in its stable form.
    pub fn verdict(&self, config: &Config) -> String {
        self.decide(config, |decision| decision.verdict.to_string())
    }

    /// The reasons in their stable form.
    pub fn why(&self, config: &Config) -> String {
        self.decide(config, |decision| {
            let words: Vec<String> = decision.why.iter().map(ToString::to_string).collect();
            words.join(" ")
        })
    }

    /// The headers that are set.
    pub fn set(&self, config: &Config) -> Vec<(String, String)> {
        self.decide(config, |decision| {
            decision.set.iter().map(|(n, v)| ((*n).to_owned(), v.clone().into_owned())).collect()
        })
    }
}
