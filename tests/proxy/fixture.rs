//! The policy that most of these tests run, and requests that it lets through.

use tenantry_tests::envoy::client::Request;

/// The host that the policy serves.
pub const HOST: &str = "api.example.com";

/// A policy with clusters `us` and `eu`, tenants `alpha` and `beta` at home in `us`, `gamma` in `eu`, and lines added
/// to its `tenancy`.
pub fn policy(tenancy: &str) -> String {
    let tenancy: String = tenancy.lines().map(|line| format!("  {line}\n")).collect();
    format!(
        r#"
apiVersion: tenantry/v1
kind: MeshPolicy
metadata: {{name: proxy-tests, namespace: default}}
mesh: {{istio: "1.31", profile: minimal, mtls: strict, accessLog: json}}
filter: {{url: "oci://registry.example.com/filter:1"}}
clusters:
  us: {{endpoint: us.example.com}}
  eu: {{endpoint: eu.example.com}}
ingress: {{hosts: [{HOST}, "*.apps.example.com"], tls: {{secret: example-cert}}}}
tenancy:
  header: X-Tenant-ID
  ids: org-colon
  exempt: [/health]
  tiers:
    standard: {{}}
    slow: {{rate: 5/s, burst: 20}}
  default: {{tier: standard}}
{tenancy}
tenants:
  alpha: {{cluster: us}}
  beta: {{cluster: us}}
  gamma: {{cluster: eu}}
  slowpoke: {{cluster: us, tier: slow}}
  gone: {{cluster: us, status: suspended}}
  "acme:production": {{cluster: us}}
services:
  web:
    port: 8000
    callers: [ingress]
    releases:
      stable: {{labels: {{version: v1}}, weight: 70}}
      canary: {{labels: {{version: v2}}, weight: 30, sticky: tenant, header: {{x-preview: "yes"}}}}
  reports: {{port: 8080, callers: [ingress]}}
routes:
  - {{path: /health, to: web}}
  - {{path: /reports, to: reports, rewrite: /v2, methods: [GET, HEAD]}}
  - {{path: /admin, to: web, tenants: [beta]}}
  - {{path: /search, to: web}}
"#
    )
}

/// A `GET` of `/search` by a tenant.
pub fn search(tenant: &str) -> Request {
    Request::get(HOST, "/search").header("X-Tenant-ID", tenant)
}

/// A `POST` to `/search` by a tenant.
pub fn post(tenant: &str) -> Request {
    Request::new("POST", HOST, "/search").header("X-Tenant-ID", tenant)
}
