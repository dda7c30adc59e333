//! Checks a [`PluginConfig`] and makes it ready for deciding.

mod body;
mod error;
mod names;
mod routes;
mod tenants;
mod trace;

pub(crate) use body::{Pointer, Token};
pub use error::ConfigError;
pub(crate) use names::bare;
pub(crate) use routes::{Releases, Route, WHOLE};
pub(crate) use tenants::{Class, Here};
pub(crate) use trace::Tracing;

use crate::config::{self, Elsewhere, IdGrammar, OverLimit, PluginConfig, Property, Role, Stamps, VERSION, Workload};
use crate::table::{Blob, Table};
use std::sync::Arc;

/// A configuration that holds together: every name resolves, every table is whole. Deciding on it cannot fail.
#[derive(Debug)]
pub struct Config {
    pub(crate) policy: String,
    pub(crate) role: Role,
    pub(crate) cluster: String,
    pub(crate) header: String,
    pub(crate) ids: IdGrammar,
    pub(crate) hosts: Vec<String>,
    pub(crate) exempt: Vec<String>,
    pub(crate) token: Option<config::Token>,
    pub(crate) body: Option<Arc<Body>>,
    pub(crate) elsewhere: Elsewhere,
    /// Names of every cluster of the policy.
    pub(crate) clusters: Vec<String>,
    pub(crate) routes: Vec<Route>,
    pub(crate) releases: Vec<Releases>,
    pub(crate) classes: Vec<Class>,
    pub(crate) table: Table,
    pub(crate) stamps: Stamps,
    pub(crate) properties: Vec<Property>,
    pub(crate) metric_tenants: u32,
    pub(crate) workload: Option<Workload>,
    pub(crate) tracing: Option<Arc<Tracing>>,
}

/// [`crate::config::Body`] with its pointers taken apart.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) pointers: Vec<Pointer>,
    pub(crate) limit: usize,
    pub(crate) over_limit: OverLimit,
}

impl Config {
    /// Reads `pluginConfig` as JSON. `embedded` is the table inside the module, where there is one.
    pub fn parse(json: &[u8], embedded: Option<Box<dyn Blob>>) -> Result<Self, ConfigError> {
        let config = serde_json::from_slice(json).map_err(|error| ConfigError::new("", error.to_string()))?;
        Self::new(config, embedded)
    }

    /// Checks a configuration and makes it ready.
    pub fn new(config: PluginConfig, embedded: Option<Box<dyn Blob>>) -> Result<Self, ConfigError> {
        if config.version != VERSION {
            let message = format!("version {} is not one that this filter reads; it reads {VERSION}", config.version);
            return Err(ConfigError::new("version", message));
        }
        names::check(&config)?;
        let releases = routes::releases(&config)?;
        let routes = routes::routes(&config, &releases)?;
        let body = config.body.as_ref().map(body::body).transpose()?;
        let tracing = trace::trace(&config)?;
        let (classes, table) = tenants::tenants(&config, embedded)?;
        Ok(Self {
            policy: config.policy,
            role: config.role,
            cluster: config.cluster,
            header: config.header,
            ids: config.ids,
            hosts: config.hosts,
            exempt: config.exempt,
            token: config.token,
            body: body.map(Arc::new),
            elsewhere: config.elsewhere,
            clusters: config.clusters.into_keys().collect(),
            routes,
            releases,
            classes,
            table,
            stamps: config.stamps,
            properties: config.properties,
            metric_tenants: config.metric_tenants,
            workload: config.workload,
            tracing: tracing.map(Arc::new),
        })
    }

    /// The policy's name.
    #[must_use]
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// Where this filter runs.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The cluster that this proxy belongs to.
    #[must_use]
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// Where to find the tenant claim, if a verified token has to agree.
    #[must_use]
    pub const fn token(&self) -> Option<&config::Token> {
        self.token.as_ref()
    }

    /// Whether JSON bodies have to agree with the tenant header.
    #[must_use]
    pub const fn binds_bodies(&self) -> bool {
        self.body.is_some()
    }

    /// What the filter publishes.
    #[must_use]
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// How requests are traced, if they are.
    #[must_use]
    pub fn trace(&self) -> Option<&config::Trace> {
        self.tracing.as_deref().map(|tracing| &tracing.trace)
    }

    /// At most this many tenants get metrics of their own.
    #[must_use]
    pub const fn metric_tenants(&self) -> u32 {
        self.metric_tenants
    }

    /// Number of tenants in the table.
    #[must_use]
    pub fn tenants(&self) -> usize {
        self.table.len()
    }
}
