//! Who makes spans, where they go, and what Envoy writes into its own.

use super::{GATEWAY_SERVICE, filter};
use crate::policy::{Policy, Tracing, TracingMode};
use std::time::Duration;
use tenantry_engine::config::{Batch, Buffer, Collector, Export, Property, Record, SpanKind, Trace};
use tenantry_engine::trace::attributes::{
    CLUSTER, CODE, DECISION, METADATA, RELEASE, SESSION, SPAN_KIND, TENANT, TIER, Text, USER,
};

/// Environment variable of the proxies that holds Phoenix's API key.
pub const API_KEY_VARIABLE: &str = "PHOENIX_API_KEY";
/// How long one export may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What becomes of the spans of one proxy: the gateway's, or those of a service.
#[must_use]
pub fn trace(policy: &Policy, service: Option<&str>) -> Option<Trace> {
    let tracing = &policy.tracing.as_ref()?.value;
    let header = |header: &Option<crate::source::Spanned<String>>| header.as_ref().map(|header| header.value.clone());
    let kind = service.and_then(|name| policy.services.get(name)?.span_kind.as_ref()).map(|kind| kind.value);
    Some(Trace {
        service: service.unwrap_or(GATEWAY_SERVICE).to_owned(),
        kind: kind.unwrap_or(SpanKind::Chain),
        session: header(&tracing.session_header),
        user: header(&tracing.user_header),
        export: (*tracing.mode == TracingMode::PerTenant).then(|| export(policy, tracing)),
    })
}

fn export(policy: &Policy, tracing: &Tracing) -> Export {
    let namespace = &policy.namespace.value;
    let record = &tracing.record.value;
    Export {
        to: Collector {
            protocol: *tracing.phoenix.protocol,
            cluster: collector_cluster(tracing, namespace),
            authority: format!("{}:{}", collector_host(tracing, namespace), tracing.phoenix.port().value),
            api_key_env: tracing.phoenix.api_key.as_ref().map(|_| API_KEY_VARIABLE.to_owned()),
            timeout_ms: millis(TIMEOUT),
        },
        project: tracing.project.value.clone(),
        unassigned: tracing.unassigned.value.clone(),
        sampling: *tracing.sampling,
        keep: *tracing.keep,
        trust_client_trace: *tracing.trust_client_trace,
        carry_tenant: filter::at_services(policy).next().is_some(),
        record: Record {
            query: *record.query,
            request_headers: super::values(&record.request_headers),
            response_headers: super::values(&record.response_headers),
            bodies: record.bodies.as_ref().map(|bytes| bytes.value),
            redact: super::values(&record.redact),
        },
        batch: Batch {
            spans: *tracing.batch.spans,
            bytes: *tracing.batch.bytes,
            every_ms: millis(tracing.batch.every.value),
        },
        buffer: Buffer { spans: *tracing.buffer.spans, bytes: *tracing.buffer.bytes },
    }
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// Phoenix's DNS name.
#[must_use]
pub fn collector_host(tracing: &Tracing, namespace: &str) -> String {
    format!("{}.{namespace}.svc.cluster.local", *tracing.phoenix.service)
}

/// The name that Istio gives Phoenix's cluster in every proxy.
#[must_use]
pub fn collector_cluster(tracing: &Tracing, namespace: &str) -> String {
    format!("outbound|{}||{}", tracing.phoenix.port().value, collector_host(tracing, namespace))
}

/// The project that all tenants share where Envoy reports: the policy's, or its name where that is no single project.
#[must_use]
pub fn shared_project(tracing: &Tracing, policy: &str) -> String {
    let project = &tracing.project.value;
    if project.contains('{') { policy.to_owned() } else { project.clone() }
}

/// An attribute that Envoy's own tracer adds to its spans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The attribute's key.
    pub key: &'static str,
    /// Its value.
    pub value: TagValue,
}

/// Where a [`Tag`]'s value comes from. A tag whose source is absent is left out of the span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagValue {
    /// Always this.
    Kind(SpanKind),
    /// What Envoy makes of this format string, as in an access log.
    Format(String),
    /// A request header, lower case.
    Header(String),
}

/// What the gateway's own spans say.
#[must_use]
pub fn gateway_tags(tracing: &Tracing) -> Vec<Tag> {
    tags(tracing, SpanKind::Chain, filter_state("tenantry.tenant"))
}

/// What the spans of a service's sidecars say. The tenant is the header's, which the filter held against the gateway's
/// stamps on the way in and which is there on the way out as well.
#[must_use]
pub fn sidecar_tags(tracing: &Tracing, kind: Option<SpanKind>, tenant_header: &str) -> Vec<Tag> {
    tags(tracing, kind.unwrap_or(SpanKind::Chain), TagValue::Header(tenant_header.to_owned()))
}

fn tags(tracing: &Tracing, kind: SpanKind, tenant: TagValue) -> Vec<Tag> {
    let published = published(tracing).into_iter().filter_map(|property| {
        let (key, state) = attribute(property)?;
        Some(Tag { key: key.key, value: filter_state(state) })
    });
    let kind = Tag { key: SPAN_KIND.key, value: TagValue::Kind(kind) };
    [kind, Tag { key: TENANT.key, value: tenant }].into_iter().chain(published).chain(url(tracing)).collect()
}

fn filter_state(key: &str) -> TagValue {
    TagValue::Format(format!("%FILTER_STATE(wasm.{key}:PLAIN)%"))
}

/// In place of Envoy's own tag of this name, which holds the query string: those carry secrets.
fn url(tracing: &Tracing) -> Option<Tag> {
    let value = "%REQ(X-FORWARDED-PROTO)%://%REQ(:AUTHORITY)%%PATH(NQ:ORIG_OR_PATH)%".to_owned();
    (!*tracing.record.query).then_some(Tag { key: "http.url", value: TagValue::Format(value) })
}

/// Headers of a trace that the client chose. The gateway's Envoy forgets them before its tracer looks, unless the policy
/// trusts its clients.
pub const CLIENT_TRACE: [&str; 2] = ["traceparent", "tracestate"];

/// Whether the gateway's Envoy is the tracer and must not continue what a client began.
#[must_use]
pub fn restarts(tracing: &Tracing) -> bool {
    *tracing.mode == TracingMode::Enrich && !*tracing.trust_client_trace
}

/// What the filter publishes for Envoy's tracer. Nothing where the filter itself is the tracer.
#[must_use]
pub fn published(tracing: &Tracing) -> Vec<Property> {
    if *tracing.mode != TracingMode::Enrich {
        return Vec::new();
    }
    let always = [
        Property::Decision,
        Property::Tenant,
        Property::Tier,
        Property::Release,
        Property::Code,
        Property::Cluster,
        Property::Metadata,
    ];
    let session = tracing.session_header.as_ref().map(|_| Property::Session);
    let user = tracing.user_header.as_ref().map(|_| Property::User);
    always.into_iter().chain(session).chain(user).collect()
}

/// The attribute that a property becomes, and the filter state that holds it.
const fn attribute(property: Property) -> Option<(Text, &'static str)> {
    Some(match property {
        Property::Decision => (DECISION, "tenantry.decision"),
        Property::Tier => (TIER, "tenantry.tier"),
        Property::Release => (RELEASE, "tenantry.release"),
        Property::Code => (CODE, "tenantry.code"),
        Property::Cluster => (CLUSTER, "tenantry.cluster"),
        Property::Session => (SESSION, "tenantry.session"),
        Property::User => (USER, "tenantry.user"),
        Property::Metadata => (METADATA, "tenantry.metadata"),
        Property::Tenant | Property::Why => return None,
    })
}

/// Bytes that OTLP over gRPC takes at most in one message, by Phoenix's default.
pub const GRPC_MESSAGE_LIMIT: u32 = 4 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use tenantry_engine::trace::attributes::{Mode, SPAN};

    /// What Envoy's tracer is told to add is what the documentation of attributes promises of it.
    #[test]
    fn enrich_adds_each_attribute_of_both_modes() {
        let properties = [
            Property::Decision,
            Property::Tier,
            Property::Release,
            Property::Code,
            Property::Cluster,
            Property::Metadata,
            Property::Session,
            Property::User,
        ];
        let published = properties.into_iter().filter_map(|property| Some(attribute(property)?.0.key));
        let added: BTreeSet<&str> = published.chain([SPAN_KIND.key, TENANT.key]).collect();
        let promised: BTreeSet<&str> =
            SPAN.iter().filter(|attribute| attribute.mode == Mode::Both).map(|attribute| attribute.key).collect();
        assert_eq!(added, promised);
    }
}
