//! The servers: what is refused, and what goes where.

use crate::plan::door::{DoorPlan, Refusal};
use std::net::IpAddr;
use tenantry_engine::code::Code;

/// What the maps can refuse.
const REFUSED: [Code; 5] =
    [Code::TenantMissing, Code::TenantAmbiguous, Code::TenantMalformed, Code::TenantUnknown, Code::TenantSuspended];

/// Every server.
pub fn text(plan: &DoorPlan) -> String {
    let every_host = plan.hosts.iter().any(|host| host == "*");
    let mut servers = vec![served(plan, every_host), redirecting(plan, every_host)];
    if !every_host {
        servers.push(unknown(plan));
    }
    servers.join("\n\n")
}

/// The server of the policy's hosts.
fn served(plan: &DoorPlan, default: bool) -> String {
    let listen = listen(plan, plan.listen.https, &secure(default));
    let names = names(plan);
    let refused: String = REFUSED
        .map(|code| {
            let (name, status, document) = (code.as_str(), code.status(), document(Refusal::Filter(code)));
            format!("        if ($tenantry_refusal = {name}) {{\n            return {status} {document};\n        }}\n")
        })
        .concat();
    let grpc: String = grpc(plan);
    let unavailable = document(Refusal::ClusterUnavailable);
    let content_type = Refusal::CONTENT_TYPE;
    let proxy = if plan.grpc.iter().any(|prefix| prefix == "/") {
        String::new()
    } else {
        "        location / {\n            proxy_pass https://$tenantry_upstream;\n        }\n".to_owned()
    };
    format!(
        "    # The deprecated spelling of HTTP/2 is the one that NGINX 1.22 knows. From 1.25.1 on it warns; there, `http2 on;` on
    # a line of its own can take its place.
    server {{
{listen}
        server_name {names};

        # Refused here: the same answers as the gateways give, less the request id.
        default_type {content_type};
        add_header Cache-Control $tenantry_cache_control always;
{refused}
        # Only where NGINX itself found no cluster; what a cluster answers passes as it is, whatever its status.
        error_page 502 504 = @cluster-unavailable;
{grpc}{proxy}        location @cluster-unavailable {{
            add_header Cache-Control no-store always;
            return 503 {unavailable};
        }}
    }}"
    )
}

/// Locations of gRPC, by whole segments.
fn grpc(plan: &DoorPlan) -> String {
    let location = |matching: &str, path: &str| {
        format!(
            "        location {matching}{} {{\n            grpc_pass grpcs://grpc.$tenantry_upstream;\n        }}\n",
            quoted(path)
        )
    };
    let prefixes = plan.grpc.iter().map(|prefix| match prefix.as_str() {
        "/" => location("", "/"),
        prefix => location("= ", prefix) + &location("^~ ", &format!("{prefix}/")),
    });
    prefixes.collect()
}

/// Plain HTTP, which only sends clients to HTTPS.
fn redirecting(plan: &DoorPlan, default: bool) -> String {
    let listen = listen(plan, plan.listen.http, if default { " default_server" } else { "" });
    let names = names(plan);
    let port = match plan.listen.https {
        443 => String::new(),
        port => format!(":{port}"),
    };
    format!(
        "    server {{
{listen}
        server_name {names};
        return 308 https://$host{port}$request_uri;
    }}"
    )
}

/// What answers to every other host, in both protocols.
fn unknown(plan: &DoorPlan) -> String {
    let secure = listen(plan, plan.listen.https, &secure(true));
    let plain = listen(plan, plan.listen.http, " default_server");
    let refusal = Refusal::Filter(Code::HostUnknown);
    let (status, document) = (refusal.status(), document(refusal));
    let content_type = Refusal::CONTENT_TYPE;
    format!(
        "    server {{
{secure}
{plain}
        server_name _;
        default_type {content_type};
        add_header Cache-Control no-store always;
        return {status} {document};
    }}"
    )
}

fn secure(default: bool) -> String {
    format!(" ssl http2{}", if default { " default_server" } else { "" })
}

fn listen(plan: &DoorPlan, port: u16, options: &str) -> String {
    directive(plan.listen.address, port, options)
}

fn directive(address: IpAddr, port: u16, options: &str) -> String {
    match address {
        IpAddr::V4(address) => format!("        listen {address}:{port}{options};"),
        // `::` takes IPv4 as well.
        IpAddr::V6(address) if address.is_unspecified() => {
            format!("        listen [{address}]:{port}{options} ipv6only=off;")
        }
        IpAddr::V6(address) => format!("        listen [{address}]:{port}{options};"),
    }
}

fn names(plan: &DoorPlan) -> String {
    let names: Vec<&str> = plan.hosts.iter().map(String::as_str).filter(|host| *host != "*").collect();
    if names.is_empty() { "_".to_owned() } else { names.join(" ") }
}

/// A problem document as a parameter. It holds neither `'` nor `$`, which would mean something here.
fn document(refusal: Refusal) -> String {
    format!("'{}'", refusal.document())
}

fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::directive;

    #[test]
    fn addresses_are_spelled_as_nginx_reads_them() {
        let listen = |address: &str| directive(address.parse().expect("an address"), 443, " ssl");
        assert_eq!(listen("0.0.0.0"), "        listen 0.0.0.0:443 ssl;");
        assert_eq!(listen("::"), "        listen [::]:443 ssl ipv6only=off;");
        assert_eq!(listen("2001:db8::1"), "        listen [2001:db8::1]:443 ssl;");
    }
}
