//! Every attribute, declared once: the encoder can write no other, the documentation's table is made from it, and tests
//! check that each is really produced.
//!
//! No key is a dotted prefix of another: Phoenix takes keys apart at their dots, and cannot filter on one that is both a
//! value and a branch.

use std::ops::Deref;

/// An attribute, as the documentation has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its key. Of a family it is what all keys start with, up to the last dot.
    pub key: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// What it means.
    pub meaning: &'static str,
    /// Where the value comes from.
    pub source: &'static str,
    /// On which spans it is.
    pub when: &'static str,
    /// The modes in which Tenantry writes it.
    pub mode: Mode,
}

/// Type of an attribute's value in OTLP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    String,
    /// A signed 64-bit integer.
    Int,
    /// An array of strings, under a key of its own for each name.
    StringsByName,
}

impl Kind {
    /// The type's name as documentation has it: `string`, `int` or `string[]`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Int => "int",
            Self::StringsByName => "string[]",
        }
    }
}

/// The modes in which Tenantry writes an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Where the filter is the tracer, and as a custom tag where Envoy is. Envoy's tags are strings.
    Both,
    /// Only where the filter is the tracer.
    PerTenant,
}

/// An attribute with a string.
#[derive(Clone, Copy, Debug)]
pub struct Text(&'static Attribute);
/// An attribute with an integer.
#[derive(Clone, Copy, Debug)]
pub struct Int(&'static Attribute);
/// A family of attributes with strings.
#[derive(Clone, Copy, Debug)]
pub struct Texts(&'static Attribute);

macro_rules! attributes {
    (
        $all:ident: $all_doc:literal;
        $($name:ident: $type:ident($kind:ident) = $key:literal, $mode:ident, $meaning:literal, $source:literal, $when:literal;)+
    ) => {
        $(
            #[doc = concat!("`", $key, "`: ", $meaning, ".")]
            pub const $name: $type = $type(&Attribute {
                key: $key,
                kind: Kind::$kind,
                meaning: $meaning,
                source: $source,
                when: $when,
                mode: Mode::$mode,
            });
        )+

        #[doc = $all_doc]
        pub const $all: &[&Attribute] = &[$($name.0,)+];
    };
}

macro_rules! deref {
    ($($type:ident)+) => {
        $(impl Deref for $type {
            type Target = Attribute;

            fn deref(&self) -> &Attribute {
                self.0
            }
        })+
    };
}

deref!(Text Int Texts);

attributes! {
    RESOURCE: "Attributes of the resource; Phoenix reads the project and drops the rest.";
    PROJECT: Text(String) = "openinference.project.name", PerTenant,
        "the Phoenix project", "the policy's template and the tenant", "always";
    SERVICE: Text(String) = "service.name", PerTenant,
        "the service that this proxy stands before", "the policy", "always";
}

attributes! {
    SPAN: "Attributes of spans.";
    SPAN_KIND: Text(String) = "openinference.span.kind", Both,
        "the kind of step, such as `CHAIN` or `LLM`", "the service's `span` in the policy; `CHAIN` at the gateway",
        "always";
    TENANT: Text(String) = "tenant.id", Both,
        "the tenant", "the tenant header, once it is known to be right", "a tenant was established";
    SESSION: Text(String) = "session.id", Both,
        "the session, as `TENANT/SESSION`", "the header that the policy names", "the header came once, with a tenant";
    USER: Text(String) = "user.id", Both,
        "the user", "the header that the policy names", "the header came once";
    METADATA: Text(String) = "metadata", Both,
        "the decision as one JSON object, with what a search found", "the values below, and the model's answer",
        "always";
    DECISION: Text(String) = "tenantry.decision", Both,
        "`allow`, `refuse:CODE`, `forward:CLUSTER` or `redirect:CLUSTER`", "the decision", "always";
    CODE: Text(String) = "tenantry.code", Both,
        "the code of the refusal", "the decision", "the request was refused";
    CLUSTER: Text(String) = "tenantry.cluster", Both,
        "the tenant's home cluster", "the tenant table", "a tenant was established";
    TIER: Text(String) = "tenantry.tier", Both,
        "the tenant's tier", "the tenant table", "a tenant was established";
    RELEASE: Text(String) = "tenantry.release", Both,
        "the release of the service", "the decision", "the filter chose one";
    ROUTED_SERVICE: Text(String) = "tenantry.service", PerTenant,
        "the service that answers, by its name in the policy", "the route; in a sidecar, the sidecar's service",
        "a route matched, or in a sidecar";
    REQUEST_ID: Text(String) = "tenantry.request_id", PerTenant,
        "the id that access logs and refusals show", "`x-request-id`", "the header came once";
    CLIENT_TRACEPARENT: Text(String) = "tenantry.client.traceparent", PerTenant,
        "where the caller's own trace stood", "`traceparent`, where it is valid", "the trace was started anew";
    METHOD: Text(String) = "http.request.method", PerTenant,
        "the method, `_OTHER` for one that HTTP does not know", "`:method`", "always";
    METHOD_ORIGINAL: Text(String) = "http.request.method_original", PerTenant,
        "the method as it was sent", "`:method`", "`http.request.method` is `_OTHER`";
    STATUS_CODE: Int(Int) = "http.response.status_code", PerTenant,
        "the status of the answer", "`:status`", "there was an answer";
    ROUTE: Text(String) = "http.route", PerTenant,
        "the path of the route that matched", "the policy", "a route matched";
    PATH: Text(String) = "url.path", PerTenant,
        "the path without query", "`:path`", "always";
    QUERY: Text(String) = "url.query", PerTenant,
        "the query, with what the policy redacts", "`:path`", "the policy records queries, and there was one";
    SCHEME: Text(String) = "url.scheme", PerTenant,
        "`http` or `https`", "`x-forwarded-proto`, else `:scheme`", "either is there";
    SERVER_ADDRESS: Text(String) = "server.address", PerTenant,
        "the host that was asked for", "`:authority`", "there is one";
    SERVER_PORT: Int(Int) = "server.port", PerTenant,
        "the port that was asked for", "`:authority`", "it names one";
    CLIENT_ADDRESS: Text(String) = "client.address", PerTenant,
        "the client's address, as the gateway saw it", "the last entry of `x-forwarded-for`", "there is one";
    USER_AGENT: Text(String) = "user_agent.original", PerTenant,
        "the client's software, as it says", "`user-agent`", "the header is there";
    REQUEST_SIZE: Int(Int) = "http.request.body.size", PerTenant,
        "bytes of the request's body", "`content-length`", "the header came once";
    ERROR: Text(String) = "error.type", PerTenant,
        "the code of the refusal, else the status, else `no-answer`", "the decision and the answer",
        "the span's status is ERROR";
    REQUEST_HEADER: Texts(StringsByName) = "http.request.header.", PerTenant,
        "the values of a request header, with what the policy redacts", "the header", "the policy records the header";
    RESPONSE_HEADER: Texts(StringsByName) = "http.response.header.", PerTenant,
        "the values of a response header, with what the policy redacts", "the header", "the policy records the header";
    INPUT: Text(String) = "input.value", PerTenant,
        "the request's JSON, with what the policy redacts", "the body", "the policy records bodies";
    INPUT_TYPE: Text(String) = "input.mime_type", PerTenant,
        "the media type of `input.value`", "`content-type`", "with `input.value`";
    OUTPUT: Text(String) = "output.value", PerTenant,
        "the answer's JSON, with what the policy redacts", "the body", "the policy records bodies";
    OUTPUT_TYPE: Text(String) = "output.mime_type", PerTenant,
        "the media type of `output.value`", "`content-type`", "with `output.value`";
    MODEL: Text(String) = "llm.model_name", PerTenant,
        "the model that answered, else the one that was asked for", "the model's answer", "kind `LLM`";
    PROMPT_TOKENS: Int(Int) = "llm.token_count.prompt", PerTenant,
        "tokens of the prompt", "the model's answer", "the answer says";
    COMPLETION_TOKENS: Int(Int) = "llm.token_count.completion", PerTenant,
        "tokens of the completion", "the model's answer", "the answer says";
    TOTAL_TOKENS: Int(Int) = "llm.token_count.total", PerTenant,
        "tokens of both", "the model's answer", "the answer says";
    CACHED_TOKENS: Int(Int) = "llm.token_count.prompt_details.cache_read", PerTenant,
        "tokens of the prompt that came from a cache", "the model's answer", "the answer says";
    FINISH_REASON: Text(String) = "llm.finish_reason", PerTenant,
        "why the model stopped", "the model's answer", "kind `LLM`";
    EMBEDDING_MODEL: Text(String) = "embedding.model_name", PerTenant,
        "the model that answered, else the one that was asked for", "the model's answer", "kind `EMBEDDING`";
}
