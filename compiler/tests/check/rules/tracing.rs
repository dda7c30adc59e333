//! Every rule of `check/tracing`, on its own example.

use crate::harness::{codes, example};
use insta::assert_snapshot;

#[test]
fn port_name() {
    assert_snapshot!(example("TN0280"), @"
    error[TN0280]: Istio reads port `otlp-grpc` as protocol `otlp`, not as gRPC
      --> policy.yaml:38:53
       |
    38 |   phoenix: {service: phoenix, grpc: 4317, portName: otlp-grpc}
       |                      -------                        ^^^^^^^^^ every export of spans fails
       |                      |
       |                      the port of this Service
       |
       = help: name the port `grpc-otlp` on the Service and here
    ");
}

#[test]
fn samples_all() {
    assert_snapshot!(example("TN0282"), @r#"
    warning[TN0282]: every request of a production mesh is traced
      --> policy.yaml:37:13
       |
     5 | mesh: {istio: "1.31", profile: production, mtls: strict}
       |                                ---------- production
    ...
    37 |   sampling: 100%
       |             ^^^^
       |
       = help: sample a share, for example `sampling: 5%`
    "#);
}

#[test]
fn samples_none() {
    assert_snapshot!(example("TN0283"), @"
    warning[TN0283]: no request is traced
      --> policy.yaml:40:13
       |
    40 |   sampling: 0%
       |             ^^
       |
       = help: raise `sampling`, or remove `tracing`
    ");
}

#[test]
fn image_moves() {
    assert_snapshot!(example("TN0284"), @r#"
    warning[TN0284]: image `arizephoenix/phoenix:latest` may change at the next restart
      --> policy.yaml:38:74
       |
    38 |   phoenix: {service: phoenix, grpc: 4317, deploy: {storage: 10Gi, image: "arizephoenix/phoenix:latest"}}
       |                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: name a version or a digest
    "#);
}

#[test]
fn client_trace() {
    assert_snapshot!(example("TN0285"), @"
    warning[TN0285]: clients choose the trace id of their requests
      --> policy.yaml:40:21
       |
    40 |   trustClientTrace: true
       |                     ^^^^
       |
       = help: remove `trustClientTrace`
    ");
}

#[test]
fn project_shared() {
    assert_snapshot!(example("TN0286"), @"
    warning[TN0286]: tenants share this project
      --> policy.yaml:40:12
       |
    40 |   project: shop
       |            ^^^^
       |
       = help: put `{tenant}` into it, for example `shop-{tenant}`
    ");
}

#[test]
fn project_slash() {
    assert_snapshot!(example("TN0287"), @r#"
    warning[TN0287]: Phoenix cannot look up a project with `/` in its name
      --> policy.yaml:40:12
       |
    40 |   project: "shop/{tenant}"
       |            ^^^^^^^^^^^^^^^
       |
       = help: use `shop-{tenant}`
    "#);
}

#[test]
fn port_unnamed() {
    assert_snapshot!(example("TN0288"), @"
    warning[TN0288]: nothing says that Istio reads port 4317 as gRPC
      --> policy.yaml:38:37
       |
    38 |   phoenix: {service: phoenix, grpc: 4317}
       |                                     ^^^^
       |
       = help: add `portName` with the port's name on the Service, or `deploy` to let Tenantry deploy Phoenix
    ");
}

#[test]
fn credential_recorded() {
    assert_snapshot!(example("TN0401"), @"
    error[TN0401]: spans would hold the credential in `authorization`
      --> policy.yaml:40:29
       |
    40 |   record: {requestHeaders: [authorization], redact: [password]}
       |                             ^^^^^^^^^^^^^
       |
       = help: leave it out, or add `authorization` to `redact`
    ");
}

#[test]
fn unredacted() {
    assert_snapshot!(example("TN0402"), @"
    warning[TN0402]: query strings are recorded with everything in them
      --> policy.yaml:40:19
       |
    40 |   record: {query: true, bodies: 16Ki}
       |                   ^^^^
       |
       = help: add `redact` with the names of parameters and fields that hold secrets
    ");
}

#[test]
fn batch_range() {
    assert_snapshot!(example("TN0403"), @"
    error[TN0403]: Phoenix takes less than 4 MiB at once
      --> policy.yaml:40:18
       |
    40 |   batch: {bytes: 5Mi}
       |                  ^^^
       |
       = help: write at most `3Mi`
    ");
}

#[test]
fn batch_over_buffer() {
    assert_snapshot!(example("TN0404"), @"
    error[TN0404]: the buffer holds 1000 spans, a batch 2000
      --> policy.yaml:41:19
       |
    40 |   batch: {spans: 2000}
       |                  ---- the batch
    41 |   buffer: {spans: 1000}
       |                   ^^^^
       |
       = help: make the buffer several times as large as a batch
    ");
}

#[test]
fn header_twice() {
    assert_snapshot!(example("TN0405"), @"
    warning[TN0405]: every request of a tenant would be of one session
      --> policy.yaml:40:21
       |
    21 |   header: X-Tenant-ID
       |           ----------- the tenant header
    ...
    40 |   session: {header: x-tenant-id}
       |                     ^^^^^^^^^^^
       |
       = help: name the header that tells each session
    ");
}

#[test]
fn unassigned_taken() {
    assert_snapshot!(example("TN0406"), @r#"
    error[TN0406]: `shop-acme` is the project of `acme`
      --> policy.yaml:40:15
       |
    30 |   acme: {cluster: us}
       |   ---- the tenant
    ...
    39 |   project: "shop-{tenant}"
       |            --------------- the projects of tenants
    40 |   unassigned: shop-acme
       |               ^^^^^^^^^
       |
       = help: set `unassigned` to a name of its own
    "#);
}

#[test]
fn tokens_twice() {
    assert_snapshot!(example("TN0407"), @"
    warning[TN0407]: tokens of `model` count again at `web`, which calls it
      --> policy.yaml:33:27
       |
    33 |   web: {port: 8000, span: LLM, callers: [ingress]}
       |                           ^^^
    34 |   model: {port: 11434, span: LLM, callers: [web]}
       |                              --- the model
       |
       = help: use `AGENT` or `CHAIN` for the service that asks the model
    ");
}

#[test]
fn key_through_istiod() {
    assert_snapshot!(example("TN0408"), @"
    warning[TN0408]: istiod puts the key into the configuration of every proxy
      --> policy.yaml:38:42
       |
    38 |   phoenix: {portName: grpc-otlp, apiKey: {secret: phoenix-api-key}}
       |                                          ^^^^^^^^^^^^^^^^^^^^^^^^^
    39 |   mode: enrich
       |         ------ because Envoy sends the spans
       |
       = help: use `mode: per-tenant`, or a key that may do nothing but send spans
    ");
}

#[test]
fn enrich_ignores() {
    assert_snapshot!(example("TN0409"), @"
    warning[TN0409]: `keep` does nothing here
      --> policy.yaml:41:9
       |
    39 |   mode: enrich
       |         ------ because Envoy makes the spans
    40 |   project: shop
    41 |   keep: [errors]
       |         ^^^^^^^^
       |
       = help: remove it, or use `mode: per-tenant`
    ");
}

#[test]
fn enrich_project() {
    assert_snapshot!(example("TN0410"), @r#"
    warning[TN0410]: every tenant's spans go to the project `shop`
      --> policy.yaml:40:12
       |
    39 |   mode: enrich
       |         ------ Envoy knows one project
    40 |   project: "shop-{tenant}"
       |            ^^^^^^^^^^^^^^^
       |
       = help: name one project without placeholders, or use `mode: per-tenant`
    "#);
}

#[test]
fn tier_untraced() {
    assert_snapshot!(example("TN0411"), @"
    warning[TN0411]: nothing is traced
      --> policy.yaml:26:26
       |
    26 |     standard: {sampling: 10%}
       |                          ^^^
       |
       = help: add `tracing`, or remove `sampling`
    ");
}

#[test]
fn istio_reads_the_protocol_before_the_hyphen() {
    let port = |name: &str| codes(&format!("tracing:\n  mode: enrich\n  phoenix: {{portName: {name}}}\n"));
    assert_eq!(port("grpc"), [""; 0]);
    assert_eq!(port("grpc-otlp"), [""; 0]);
    assert_eq!(port("grpcotlp"), ["TN0280"]);
    assert_eq!(port("tcp-grpc"), ["TN0280"]);
}

#[test]
fn what_tenantry_deploys_it_names_right() {
    assert_eq!(codes("tracing:\n  mode: enrich\n  phoenix: {deploy: {storage: 1Gi}}\n"), [""; 0]);
}

#[test]
fn http_has_a_port_of_its_own() {
    let port =
        |name: &str| codes(&format!("tracing:\n  mode: enrich\n  phoenix: {{protocol: http, portName: {name}}}\n"));
    assert_eq!(port("http"), [""; 0]);
    assert_eq!(port("http-phoenix"), [""; 0]);
    assert_eq!(port("grpc"), ["TN0280"]);
}

/// A policy that traces, with more lines.
fn traced(lines: &str) -> Vec<&'static str> {
    codes(&format!("tracing:\n  phoenix: {{deploy: {{}}}}\n  project: \"shop-{{tenant}}\"\n{lines}"))
}

#[test]
fn a_share_of_nothing_is_enough_where_something_is_kept_or_a_tier_has_its_own() {
    assert_eq!(traced("  sampling: 0%\n"), [""; 0]);
    assert_eq!(traced("  sampling: 0%\n  keep: []\n"), ["TN0283"]);
    assert_eq!(traced("  sampling: 0%\n  keep: []\ntenancy:\n  tiers:\n    standard: {sampling: 5%}\n"), [""; 0]);
    assert_eq!(traced("  sampling: 0%\n  keep: []\ntenancy:\n  tiers:\n    standard: {sampling: 0%}\n"), ["TN0283"]);
    assert_eq!(codes("tracing:\n  mode: enrich\n  phoenix: {deploy: {}}\n  sampling: 0%\n"), ["TN0283"]);
}

#[test]
fn every_bound_of_a_batch_is_checked() {
    assert_eq!(traced("  batch: {bytes: 4Mi}\n"), ["TN0403"]);
    assert_eq!(traced("  batch: {bytes: 3Mi}\n"), [""; 0]);
    assert_eq!(traced("  batch: {bytes: 16Ki}\n"), ["TN0403"]);
    assert_eq!(traced("  batch: {every: 2m}\n"), ["TN0403"]);
    assert_eq!(traced("  record: {bodies: 512Ki, redact: [password]}\n"), ["TN0403"]);
    assert_eq!(traced("  record: {bodies: 256Ki, redact: [password]}\n"), [""; 0]);
    assert_eq!(traced("  buffer: {bytes: 512Ki}\n"), ["TN0404"]);
}

#[test]
fn enrich_names_each_setting_that_it_ignores() {
    let enrich = "tracing:\n  mode: enrich\n  phoenix: {deploy: {}}\n  keep: []\n  unassigned: nobody\n  \
                  record: {requestHeaders: [accept]}\n  batch: {}\n  buffer: {}\n\
                  tenancy:\n  tiers:\n    standard: {sampling: 5%}\n";
    assert_eq!(codes(enrich), ["TN0409"; 6]);
    let query = "tracing:\n  mode: enrich\n  phoenix: {deploy: {}}\n  record: {query: true}\n";
    assert_eq!(codes(query), ["TN0402"]);
}

#[test]
fn a_session_and_a_user_are_two_things() {
    assert_eq!(traced("  session: {header: x-id}\n  user: {header: x-id}\n"), ["TN0405"]);
    assert_eq!(traced("  session: {header: X-Tenant-ID}\n  user: {header: x-tenant-id}\n"), ["TN0405"; 2]);
    assert_eq!(traced("  session: {header: x-session}\n  user: {header: x-user}\n"), [""; 0]);
}
