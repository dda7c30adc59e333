//! The HTTP filters in the order that Istio gives them on a gateway.

use serde_json::{Value, json};
use std::path::Path;
use tenantry_engine::config::PluginConfig;

/// The tenancy filter, as Istio configures a `WasmPlugin` with `failStrategy: FAIL_RELOAD`.
#[derive(Clone, Copy, Debug)]
pub struct Wasm<'a> {
    /// Name of the plugin; log lines and failures carry it.
    pub name: &'a str,
    /// The module's file.
    pub module: &'a Path,
    /// `pluginConfig` as JSON text.
    pub config: &'a str,
    /// Environment variables of the proxy that the module may read.
    pub environment: &'a [String],
}

/// `pluginConfig` as the text that Istio hands to the filter.
#[must_use]
pub fn config_text(config: &PluginConfig) -> String {
    serde_json::to_string(config).expect("a plugin configuration is always serialisable")
}

/// The environment variables that a filter of this configuration reads.
#[must_use]
pub fn environment(config: &PluginConfig) -> Vec<String> {
    let export = config.trace.as_ref().and_then(|trace| trace.export.as_ref());
    export.and_then(|export| export.to.api_key_env.clone()).into_iter().collect()
}

impl Wasm<'_> {
    /// The filter itself, for a filter chain.
    #[must_use]
    pub fn filter(&self) -> Value {
        json!({ "name": self.name, "typed_config": self.typed_config() })
    }

    /// The filter's configuration, for a filter chain or for an extension discovery file.
    #[must_use]
    pub fn typed_config(&self) -> Value {
        json!({
            "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
            "config": {
                "name": self.name,
                "root_id": "",
                "failure_policy": "FAIL_RELOAD",
                "configuration": {
                    "@type": "type.googleapis.com/google.protobuf.StringValue",
                    "value": self.config,
                },
                "vm_config": {
                    "runtime": "envoy.wasm.runtime.v8",
                    "code": { "local": { "filename": self.module } },
                    "environment_variables": { "host_env_keys": self.environment },
                },
            },
        })
    }
}

/// Token verification, as Istio's `RequestAuthentication` configures it: a request without a token
/// passes, one with a bad token is answered with 401.
#[must_use]
pub fn jwt_authn(issuer: &str, audiences: &[String], jwks: &str) -> Value {
    let provider = "origins-0";
    json!({
        "name": "envoy.filters.http.jwt_authn",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
            "providers": {
                provider: {
                    "issuer": issuer,
                    "audiences": audiences,
                    "local_jwks": { "inline_string": jwks },
                    "forward": true,
                    "payload_in_metadata": "payload",
                },
            },
            "rules": [{
                "match": { "prefix": "/" },
                "requires": { "requires_any": { "requirements": [
                    { "provider_name": provider },
                    { "allow_missing": {} },
                ] } },
            }],
            "bypass_cors_preflight": true,
        },
    })
}

/// The last filter of every chain.
#[must_use]
pub fn router() -> Value {
    json!({
        "name": "envoy.filters.http.router",
        "typed_config": { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
    })
}
