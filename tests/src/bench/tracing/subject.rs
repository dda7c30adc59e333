//! What is compared: tracers, protocols, numbers of tenants.

use super::native;
use crate::bench::ours::{self, Features};
use crate::bench::proxy::Build;
use serde_json::Map;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use tenantry::envoy::clusters;
use tenantry_engine::config::Otlp;

/// Envoy's name of the sink.
const CLUSTER: &str = "phoenix";

/// Who makes the spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracer {
    /// Nobody, and there is no filter.
    Bare,
    /// Nobody; the filter enforces.
    Enforcing,
    /// Envoy with its default flush, without the filter.
    NativeDefault,
    /// Envoy with a larger flush, without the filter.
    NativeTuned,
}

impl Tracer {
    /// As the table names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Enforcing => "enforcement alone",
            Self::NativeDefault => "native, default flush",
            Self::NativeTuned => "native, tuned flush",
        }
    }

    /// The same proxy without tracing.
    const fn untraced(self) -> Option<Self> {
        match self {
            Self::Bare | Self::Enforcing => None,
            Self::NativeDefault | Self::NativeTuned => Some(Self::Bare),
        }
    }
}

/// One proxy to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Who makes the spans.
    pub tracer: Tracer,
    /// How they reach the sink.
    pub protocol: Otlp,
    /// Tenants that the load speaks for.
    pub tenants: usize,
}

/// Also the `service.name` of its spans, by which the sink tells subjects apart.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?}, {} tenants)", self.tracer.name(), self.protocol, self.tenants)
    }
}

impl Subject {
    /// Every subject of a run.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let subject = |tracer, protocol, tenants| Self { tracer, protocol, tenants };
        let mut all = vec![subject(Tracer::Bare, Otlp::Grpc, 1)];
        for protocol in [Otlp::Grpc, Otlp::Http] {
            all.push(subject(Tracer::NativeDefault, protocol, 1));
            all.push(subject(Tracer::NativeTuned, protocol, 1));
        }
        all
    }

    /// What tracing's cost is the difference to.
    #[must_use]
    pub fn untraced(self) -> Option<Self> {
        let tracer = self.tracer.untraced()?;
        Some(Self { tracer, protocol: Otlp::Grpc, ..self })
    }

    /// The proxy, with the sink at `sink`. Files that it needs are written to `directory`.
    ///
    /// # Errors
    /// When the generated policy does not compile, or a file cannot be read or written.
    pub fn build(self, sink: SocketAddr, directory: &Path, module: &Path, ids: &[String]) -> Result<Build, String> {
        let service = self.to_string();
        let clusters = vec![clusters::cluster(CLUSTER, sink, self.protocol == Otlp::Grpc)];
        Ok(match self.tracer {
            Tracer::Bare => Build::default(),
            Tracer::Enforcing => {
                let policy = ours::write_policy(directory, Features::Enforce, ids)?;
                Build { filters: ours::filter(directory, &policy, module)?, ..Build::default() }
            }
            Tracer::NativeDefault | Tracer::NativeTuned => Build {
                tracing: Some(native::tracing(&service, CLUSTER, self.protocol, &[])),
                runtime: if self.tracer == Tracer::NativeTuned { native::tuned() } else { Map::new() },
                clusters,
                ..Build::default()
            },
        })
    }
}
