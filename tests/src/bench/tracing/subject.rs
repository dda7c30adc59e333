//! What is compared: tracers, protocols, numbers of tenants.

use super::native;
use crate::bench::ours::{self, Features};
use crate::bench::proxy::Build;
use serde_json::Map;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use tenantry::envoy::clusters;
use tenantry::policy::TracingMode;
use tenantry_engine::config::Otlp;

/// Envoy's name of the sink.
const CLUSTER: &str = "phoenix";

/// Tenants of most subjects.
const ONE: usize = 1;
/// Tenants of those that show what grouping spans by tenant costs: each batch holds spans of several hundred.
const MANY: usize = 1_000;

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
    /// Envoy with a larger flush; the filter enforces and adds to the spans.
    Enrich,
    /// The filter, which enforces as well.
    PerTenant,
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
            Self::Enrich => "enrich, tuned flush",
            Self::PerTenant => "per-tenant",
        }
    }

    /// The same proxy without tracing.
    const fn untraced(self) -> Option<Self> {
        match self {
            Self::Bare | Self::Enforcing => None,
            Self::NativeDefault | Self::NativeTuned => Some(Self::Bare),
            Self::Enrich | Self::PerTenant => Some(Self::Enforcing),
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

/// `per-tenant/Grpc/1-tenants`; also the `service.name` of its spans, by which the sink tells subjects apart.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tracer = self.tracer.name().replace(", ", "-").replace(' ', "-");
        write!(f, "{tracer}/{:?}/{}-tenants", self.protocol, self.tenants)
    }
}

impl Subject {
    /// Every subject of a run.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let subject = |tracer, protocol, tenants| Self { tracer, protocol, tenants };
        let untraced = [(Tracer::Bare, ONE), (Tracer::Enforcing, ONE), (Tracer::Enforcing, MANY)];
        let untraced = untraced.map(|(tracer, tenants)| subject(tracer, Otlp::Grpc, tenants));
        let traced = [
            (Tracer::NativeDefault, ONE),
            (Tracer::NativeTuned, ONE),
            (Tracer::Enrich, ONE),
            (Tracer::PerTenant, ONE),
            (Tracer::PerTenant, MANY),
        ];
        let traced = [Otlp::Grpc, Otlp::Http]
            .into_iter()
            .flat_map(|protocol| traced.map(|(tracer, tenants)| subject(tracer, protocol, tenants)));
        untraced.into_iter().chain(traced).collect()
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
        let native = |runtime| Build {
            tracing: Some(native::tracing(&service, CLUSTER, self.protocol)),
            runtime,
            clusters,
            ..Build::default()
        };
        let traced = |mode| {
            let policy = ours::write_policy(directory, Features::Trace(mode, self.protocol), ids)?;
            ours::traced(directory, &policy, module, sink, &service)
        };
        match self.tracer {
            Tracer::Bare => Ok(Build::default()),
            Tracer::Enforcing => {
                let policy = ours::write_policy(directory, Features::Enforce, ids)?;
                Ok(Build { filters: ours::filter(directory, &policy, "us", module)?, ..Build::default() })
            }
            Tracer::NativeDefault => Ok(native(Map::new())),
            Tracer::NativeTuned => Ok(native(native::tuned())),
            Tracer::Enrich => Ok(Build { runtime: native::tuned(), ..traced(TracingMode::Enrich)? }),
            Tracer::PerTenant => traced(TracingMode::PerTenant),
        }
    }
}
