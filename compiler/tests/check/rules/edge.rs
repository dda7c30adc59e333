//! Every rule of `check/edge`, on its own example.

use crate::harness::{Fixture, codes, example};
use insta::assert_snapshot;

#[test]
fn unverified_header() {
    assert_snapshot!(example("TN0210"), @"
    warning[TN0210]: nothing vouches for header `X-Tenant-ID`
      --> policy.yaml:20:19
       |
    20 | tenancy: {header: X-Tenant-ID, ids: slug, tiers: {standard: {rate: 50/s, burst: 100}}, default: {tier: standard}}
       |                   ^^^^^^^^^^^ any client can name any tenant
       |
       = help: add `tenancy.token` with `issuer`, `jwks`, `audiences` and `claim`
    ");
}

#[test]
fn optional_token() {
    assert_snapshot!(example("TN0211"), @"
    warning[TN0211]: a request without a token passes on its header alone
      --> policy.yaml:32:15
       |
    32 |     required: false
       |               ^^^^^
       |
       = help: remove `required: false`, so that such requests get 401 `token-missing`
    ");
}

#[test]
fn token_unverifiable() {
    assert_snapshot!(example("TN0212"), @"
    error[TN0212]: claim `tenant_id` cannot be verified without `jwks`
      --> policy.yaml:30:12
       |
    30 |     claim: tenant_id
       |            ^^^^^^^^^
       |
       = help: set `issuer` to the `iss` of your tokens and `jwks` to the URL of the signing keys
    ");
}

#[test]
fn token_audience() {
    assert_snapshot!(example("TN0213"), @"
    warning[TN0213]: tokens that this issuer made for other applications are accepted
      --> policy.yaml:28:13
       |
    28 |     issuer: https://id.example.com
       |             ^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: add `audiences` with the `aud` of tokens made for this application
    ");
}

#[test]
fn redirect_certificate() {
    assert_snapshot!(example("TN0214"), @"
    note[TN0214]: clients of cluster `us` are redirected to `us.example.com`
      --> policy.yaml:14:18
       |
    14 |   us: {endpoint: us.example.com}
       |                  ^^^^^^^^^^^^^^
    ...
    19 |   tls: {secret: api-tls}
       |                 ------- the certificate has to carry this name
       |
       = help: excuse this once the certificate carries it

    note[TN0214]: clients of cluster `eu` are redirected to `eu.example.com`
      --> policy.yaml:15:18
       |
    15 |   eu: {endpoint: eu.example.com}
       |                  ^^^^^^^^^^^^^^
    ...
    19 |   tls: {secret: api-tls}
       |                 ------- the certificate has to carry this name
       |
       = help: excuse this once the certificate carries it
    ");
}

#[test]
fn exempt_exposes() {
    assert_snapshot!(example("TN0215"), @"
    warning[TN0215]: exempt path `/search` opens route `/search` to everyone
      --> policy.yaml:28:12
       |
    28 |   exempt: [/search]
       |            ^^^^^^^ no tenant, no token and no rate apply here
    ...
    38 |   - {path: /search, to: search}
       |            ------- this route takes any method
       |
       = help: remove it from `exempt`, or put a route `{path: /search, methods: [GET], to: ...}` first
    ");
}

#[test]
fn exempt_unserved() {
    assert_snapshot!(example("TN0216"), @"
    warning[TN0216]: no route serves exempt path `/health`
      --> policy.yaml:28:12
       |
    28 |   exempt: [/health]
       |            ^^^^^^^ answered with 404
       |
       = help: add a route such as `{path: /health, methods: [GET], to: ...}`
    ");
}

#[test]
fn body_passes() {
    assert_snapshot!(example("TN0217"), @"
    warning[TN0217]: a body of more than 65536 bytes passes unchecked
      --> policy.yaml:28:58
       |
    28 |   body: {pointers: [/tenant_id], limit: 64Ki, overLimit: pass}
       |                                                          ^^^^
       |
       = help: use `overLimit: refuse`, and raise `limit` to what honest requests need
    ");
}

#[test]
fn endpoint_loops() {
    assert_snapshot!(example("TN0218"), @"
    warning[TN0218]: the endpoint of cluster `eu` is a host that every cluster serves
      --> policy.yaml:15:18
       |
    15 |   eu: {endpoint: api.example.com}
       |                  ^^^^^^^^^^^^^^^ a request sent here may come back
    ...
    18 |   hosts: [api.example.com]
       |           --------------- served by every cluster
       |
       = help: give the cluster a name of its own
    ");
}

#[test]
fn endpoint_shared() {
    assert_snapshot!(example("TN0219"), @"
    error[TN0219]: clusters `us` and `eu` have the same endpoint
      --> policy.yaml:15:18
       |
    14 |   us: {endpoint: us.example.com}
       |                  -------------- the endpoint of `us`
    15 |   eu: {endpoint: us.example.com}
       |                  ^^^^^^^^^^^^^^
       |
       = help: give each cluster the host of its own gateway
    ");
}

#[test]
fn forwards_taken_at_the_same_place() {
    let policy = |eu: &str, elsewhere: &str| {
        let clusters =
            format!("clusters:\n  us: {{endpoint: gw.example.com}}\n  eu: {{endpoint: \"gw.example.com:8443\"{eu}}}\n");
        let tenants = "tenants:\n  acme: {cluster: us}\n  globex: {cluster: eu}\n";
        Fixture::fragment(&format!("{clusters}{tenants}tenancy:\n  elsewhere: {elsewhere}\n"))
    };
    let shared = |fixture: Fixture| fixture.check().codes().contains(&"TN0219");
    assert_snapshot!(policy("", "forward").check().human(), @r#"
    error[TN0219]: clusters `us` and `eu` take forwards at the same host and port
      --> policy.yaml:15:7
       |
    14 |   us: {endpoint: gw.example.com}
       |       -------------------------- where `us` takes them
    15 |   eu: {endpoint: "gw.example.com:8443"}
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: give each cluster a `forwardPort` of its own
    "#);
    assert!(!shared(policy(", forwardPort: 20443", "forward")), "each has a port of its own");
    assert!(!shared(policy("", "refuse")), "nothing is forwarded");
}

#[test]
fn no_tls() {
    assert_snapshot!(example("TN0220"), @"
    warning[TN0220]: the gateway serves this in clear text
      --> policy.yaml:16:19
       |
    16 | ingress: {hosts: [api.example.com]}
       |                   ^^^^^^^^^^^^^^^
       |
       = help: add `tls: {secret: NAME}` with a `kubernetes.io/tls` secret in the gateway's namespace
    ");
}

#[test]
fn wildcard_tls() {
    assert_snapshot!(example("TN0221"), @r#"
    warning[TN0221]: no certificate covers every name that `*` serves
      --> policy.yaml:18:11
       |
    17 |   tls: {secret: api-tls}
       |                 ------- one certificate for all of them
    18 |   hosts: ["*"]
       |           ^^^
       |
       = help: list the names that are meant
    "#);
}

#[test]
fn host_covered() {
    assert_snapshot!(example("TN0222"), @r#"
    warning[TN0222]: `*.example.com` serves host `api.example.com` already
      --> policy.yaml:20:7
       |
    19 |     - "*.example.com" # tenantry: allow(TN0221) the certificate has it, and no name is deeper
       |       --------------- this wildcard
    20 |     - api.example.com
       |       ^^^^^^^^^^^^^^^
       |
       = help: keep one of the two
    "#);
}

#[test]
fn an_exempt_path_with_a_read_only_route_is_fine() {
    let exempt = |route: &str| {
        codes(&format!(
            "tenancy:\n  exempt: [/health]\nroutes:\n  - {{path: /health, to: web{route}}}\n  - {{path: /, to: web}}\n"
        ))
    };
    assert_eq!(exempt(", methods: [GET, HEAD]"), [""; 0]);
    assert_eq!(exempt(", methods: [GET, POST]"), ["TN0215"]);
    assert_eq!(exempt(", methods: [GET], tenants: [acme]"), ["TN0215"]);
    assert_eq!(codes("tenancy:\n  exempt: [/health]\n"), [""; 0], "a part of the route `/`");
}

#[test]
fn one_cluster_cannot_loop() {
    assert_eq!(codes("clusters:\n  us: {endpoint: api.example.com}\n"), [""; 0]);
    let two = |elsewhere: &str| {
        codes(&format!(
            "clusters:\n  eu: {{endpoint: \"api.example.com:8443\"}}\ntenants:\n  globex: {{cluster: eu}}\n\
             tenancy:\n  elsewhere: {elsewhere}\n"
        ))
    };
    assert_eq!(two("forward"), ["TN0218"]);
    assert_eq!(two("redirect"), ["TN0214", "TN0218"]);
    assert_eq!(two("refuse"), [""; 0]);
}

#[test]
fn a_wildcard_makes_its_names_superfluous() {
    let hosts = |list: &str| codes(&format!("ingress: {{hosts: [{list}]}}\n"));
    assert_eq!(hosts("\"*.example.com\", api.example.com"), ["TN0220", "TN0222"]);
    assert_eq!(hosts("\"*.example.com\", example.com"), ["TN0220"]);
}
