//! `Gateway`: where requests come in.

use super::NETWORKING;
use crate::emit::FORWARD_PORT_NAME;
use crate::emit::manifest::{Document, Labels, Manifest, gateway_labels};
use crate::plan::forward::gateway_identity;
use crate::plan::{ClusterPlan, SYSTEM_NAMESPACE};
use serde::Serialize;

#[derive(Serialize)]
struct Spec {
    selector: Labels,
    servers: Vec<Server>,
}

#[derive(Serialize)]
struct Server {
    port: Port,
    hosts: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls: Option<Tls>,
}

#[derive(Serialize)]
struct Port {
    number: u16,
    name: &'static str,
    protocol: &'static str,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tls {
    #[serde(skip_serializing_if = "Option::is_none")]
    https_redirect: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential_name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subject_alt_names: Vec<String>,
    #[serde(rename = "minProtocolVersion", skip_serializing_if = "Option::is_none")]
    min_protocol_version: Option<&'static str>,
}

/// The gateway stands in the namespace of its pods, for that is where Istio looks for the TLS secret; each host admits
/// routes from the policy's namespace alone.
pub fn emit(plan: &ClusterPlan) -> Vec<Document> {
    let hosts: Vec<String> = plan.hosts.iter().map(|host| format!("{}/{host}", plan.namespace)).collect();
    let http = Port { number: 80, name: "http", protocol: "HTTP" };
    let mut servers = match &plan.tls_secret {
        None => vec![Server { port: http, hosts: hosts.clone(), tls: None }],
        Some(secret) => vec![
            Server {
                port: Port { number: 443, name: "https", protocol: "HTTPS" },
                // A server of its own hosts takes no handshake without one of their names. The filter refuses other hosts.
                hosts: if plan.nameless { vec![format!("{}/*", plan.namespace)] } else { hosts.clone() },
                tls: Some(Tls {
                    mode: Some("SIMPLE"),
                    credential_name: Some(secret.clone()),
                    min_protocol_version: Some("TLSV1_2"),
                    ..Tls::default()
                }),
            },
            Server {
                port: http,
                hosts: hosts.clone(),
                tls: Some(Tls { https_redirect: Some(true), ..Tls::default() }),
            },
        ],
    };
    servers.extend(plan.forward_port.map(|port| for_forwards(port, hosts)));
    let spec = Spec { selector: gateway_labels(), servers };
    vec![Manifest::new(plan, NETWORKING, "Gateway", (SYSTEM_NAMESPACE, &plan.policy), spec).document()]
}

/// The mesh's own certificates on both sides. Who is no gateway fails in the handshake, before a request is read.
fn for_forwards(port: u16, hosts: Vec<String>) -> Server {
    let tls = Tls { mode: Some("ISTIO_MUTUAL"), subject_alt_names: vec![gateway_identity()], ..Tls::default() };
    Server { port: Port { number: port, name: FORWARD_PORT_NAME, protocol: "HTTPS" }, hosts, tls: Some(tls) }
}
