//! The policies that these tests run.

/// The host that they serve.
pub const HOST: &str = "api.example.com";

/// A policy with tenants `acme`, `globex`, `acme:production`, and `initech` who is suspended. Its projects start with
/// `prefix`, and `tracing` are more lines of that section.
pub fn policy(prefix: &str, tracing: &str) -> String {
    let tracing: String = tracing.lines().map(|line| format!("  {}\n", line.trim())).collect();
    format!(
        r#"
apiVersion: tenantry/v1
kind: MeshPolicy
metadata: {{name: {prefix}, namespace: default}}
mesh: {{istio: "1.31", profile: minimal, mtls: strict, accessLog: json}}
filter: {{url: "oci://registry.example.com/filter:1"}}
clusters:
  us: {{endpoint: us.example.com}}
ingress: {{hosts: [{HOST}], tls: {{secret: example-cert}}}}
tenancy:
  header: X-Tenant-ID
  ids: org-colon
  body: [/tenant_id]
  exempt: [/health]
  tiers:
    standard: {{}}
    gold: {{sampling: 100%}}
    free: {{sampling: 0%}}
  default: {{tier: standard}}
tenants:
  acme: {{cluster: us}}
  globex: {{cluster: us, tier: gold}}
  "acme:production": {{cluster: us}}
  hooli: {{cluster: us, tier: free}}
  initech: {{cluster: us, status: suspended}}
services:
  runtime: {{port: 8000, span: CHAIN, callers: [ingress]}}
  ollama: {{port: 11434, span: LLM, callers: [runtime]}}
routes:
  - {{path: /health, to: runtime}}
  - {{path: /admin, to: runtime, tenants: [acme]}}
  - {{path: /search, to: runtime}}
tracing:
  phoenix: {{service: phoenix}}
  project: "{prefix}-{{org}}:{{tenant}}"
  unassigned: {prefix}-unassigned
  batch: {{every: 200ms}}
  session: {{header: x-session-id}}
  user: {{header: x-user-id}}
{tracing}"#
    )
}

/// The same with another line for Phoenix or the project, in place of the one that starts with `field`.
pub fn with(policy: &str, field: &str, line: &str) -> String {
    let replaced = policy.lines().map(|old| if old.trim_start().starts_with(field) { line } else { old });
    let text: String = replaced.flat_map(|line| [line, "\n"]).collect();
    assert_ne!(text, policy, "no line starts with `{field}`");
    text
}
