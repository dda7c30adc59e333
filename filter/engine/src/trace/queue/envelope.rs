//! What stands around spans: one `ExportTraceServiceRequest`, with a `ResourceSpans` for each tenant.

use crate::trace::attributes::{PROJECT, SERVICE};
use crate::trace::project;
use crate::trace::wire::{Message, field_len};
use std::collections::BTreeMap;

/// Name of the instrumentation scope.
const SCOPE: &str = "tenantry";
/// A `ResourceSpans` and its `ScopeSpans` say how long they are, in five bytes each at most.
const HEADS: usize = 2 * (1 + 5);
/// Should a template ever render to nothing: a project without a name breaks Phoenix's listing of projects.
const NAMELESS: &str = "default";

/// What all batches have in common.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    service: String,
    template: String,
    placeholders: usize,
    unassigned: String,
}

impl Envelope {
    pub(super) fn new(service: &str, template: &str, unassigned: &str) -> Self {
        Self {
            service: service.to_owned(),
            template: template.to_owned(),
            placeholders: template.matches('{').count(),
            unassigned: unassigned.to_owned(),
        }
    }

    /// The most bytes that stand around the spans of one tenant.
    pub(super) fn around(&self, tenant: Option<&str>) -> usize {
        let project = match tenant {
            // Each placeholder gives way to a part of the id, or all of it.
            Some(tenant) => self.template.len() + self.placeholders * tenant.len(),
            None => self.unassigned.len(),
        };
        let texts =
            [PROJECT.key.len(), project.max(NAMELESS.len()), SERVICE.key.len(), self.service.len(), SCOPE.len()];
        HEADS + texts.iter().sum::<usize>() + 64
    }

    /// The request for `spans`, each with its tenant.
    pub(super) fn seal<'a>(&self, spans: impl Iterator<Item = (Option<&'a str>, &'a [u8])>) -> Vec<u8> {
        let mut tenants: BTreeMap<Option<&str>, (usize, Vec<&[u8]>)> = BTreeMap::new();
        for (tenant, span) in spans {
            let (len, spans) = tenants.entry(tenant).or_default();
            *len += field_len(span.len());
            spans.push(span);
        }
        let bytes = tenants.iter().map(|(tenant, (len, _))| self.around(*tenant) + len).sum();
        let mut request = Message::with_capacity(bytes);
        for (tenant, (len, spans)) in tenants {
            let resource = self.resource(tenant);
            let scope_spans = field_len(field_len(SCOPE.len())) + len;
            request.head(1, field_len(resource.len()) + field_len(scope_spans));
            request.bytes(1, &resource);
            request.head(2, scope_spans);
            request.head(1, field_len(SCOPE.len()));
            request.bytes(1, SCOPE.as_bytes());
            for span in spans {
                request.bytes(2, span);
            }
        }
        request.into_bytes()
    }

    fn resource(&self, tenant: Option<&str>) -> Vec<u8> {
        let rendered = tenant.map_or_else(|| self.unassigned.clone(), |tenant| project::render(&self.template, tenant));
        let project = if rendered.is_empty() { NAMELESS } else { &rendered };
        let mut resource = Message::default();
        for (key, value) in [(SERVICE.key, self.service.as_str()), (PROJECT.key, project)] {
            let any = field_len(value.len());
            resource.head(1, field_len(key.len()) + field_len(any));
            resource.bytes(1, key.as_bytes());
            resource.head(2, any);
            resource.bytes(1, value.as_bytes());
        }
        resource.into_bytes()
    }
}
