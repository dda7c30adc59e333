//! Policies at the edges of what can be said: front doors take them, and read them as the engine does. No cluster runs, so
//! what a front door lets through ends in 503.

use crate::seen::{Seen, seen};
use tenantry::try_::port::Port;
use tenantry_engine::config::IdGrammar;
use tenantry_tests::door::policy::LOOPBACK;
use tenantry_tests::door::world::certificates;
use tenantry_tests::door::{BALANCERS, Balancer, Client, Door};
use tenantry_tests::envoy::client::Request;
use tenantry_tests::envoy::identity::Authority;
use tenantry_tests::policy::parse;

const HOST: &str = "a.b.example.com";

/// A policy of one cluster with these hosts, ids, tenants, exempt paths and routes.
#[derive(Clone, Copy)]
struct Edge {
    hosts: &'static str,
    ids: &'static str,
    tenants: &'static str,
    exempt: &'static str,
    routes: &'static str,
}

const PLAIN: Edge = Edge {
    hosts: "[\"*.example.com\", other.example.org]",
    ids: "org-colon",
    tenants: "{known: {cluster: us}}",
    exempt: "[/health]",
    routes: "[{path: /web, to: web}, {path: /rpc, to: rpc}, {path: /rpc/web, to: web}]",
};

/// What a front door answers.
struct Front {
    client: Client,
    _door: Door,
    _ports: [Port; 2],
}

impl Front {
    fn start(balancer: &'static dyn Balancer, edge: Edge) -> Self {
        let Edge { hosts, ids, tenants, exempt, routes } = edge;
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let guard = runtime.enter();
        let ports = [Port::reserve().expect("a port"), Port::reserve().expect("a port")];
        // Nobody listens there.
        let nobody = Port::reserve().expect("a port").address().port();
        drop(guard);
        let authority = Authority::generate();
        let folder = tempfile::tempdir().expect("a folder");
        certificates(folder.path(), &authority, HOST);
        let [https, http] = [0, 1].map(|at: usize| ports[at].address().port());
        let place = folder.path().display();
        let text = format!(
            r#"
apiVersion: tenantry/v1
kind: MeshPolicy
metadata: {{name: edges, namespace: default}}
mesh: {{istio: "1.31", profile: minimal, mtls: strict}}
filter: {{url: "oci://registry.example.com/filter:1"}}
clusters: {{us: {{endpoint: "us.gateway.test:{nobody}"}}}}
ingress:
  hosts: {hosts}
  tls: {{secret: example-cert}}
  frontDoor: {{kinds: [nginx, haproxy, envoy], address: {LOOPBACK}, https: {https}, http: {http}, certificate: {place}/tls.crt, key: {place}/tls.key, trust: {place}/trust.crt}}
tenancy: {{header: X-Tenant-ID, ids: {ids}, exempt: {exempt}, tiers: {{standard: {{}}}}, default: {{tier: standard}}}}
tenants: {tenants}
services:
  web: {{port: 8000, callers: [ingress]}}
  rpc: {{port: 8001, protocol: grpc, callers: [ingress]}}
routes: {routes}
"#
        );
        let (policy, _) = parse(&text).unwrap_or_else(|errors| panic!("the policy has errors:\n{errors}"));
        let client = Client::new(ports[0].address(), HOST, authority.certificate());
        let door = Door::start(balancer, &policy, &client);
        Self { client, _door: door, _ports: ports }
    }

    fn get(&self, host: &str, path: &str, tenant: Option<&str>) -> Seen {
        let request = Request::get(host, path);
        let request = tenant.into_iter().fold(request, |request, tenant| request.header("X-Tenant-ID", tenant));
        seen(&self.client.send(&request).expect("an answer"))
    }
}

fn door(status: u16, code: &str) -> Seen {
    Seen::Door(status, code.to_owned())
}

/// What a front door answers to what it lets through.
fn through() -> Seen {
    door(503, "cluster-unavailable")
}

#[test]
fn ids_are_read_as_the_engine_reads_them() {
    let (long, too_long) = ("x".repeat(128), "x".repeat(129));
    let (label, too_long_label) = ("x".repeat(63), "x".repeat(64));
    let tried = [
        "a",
        "A",
        "0",
        "_",
        "__",
        "__a",
        "_a",
        "a_",
        "a-b",
        "-a",
        "a-",
        "a:b",
        "a:",
        ":a",
        ":",
        "a:b:c",
        "a::b",
        "a b",
        "a.b",
        "a/b",
        "a\tb",
        "a\"b",
        "a'b",
        "a\\b",
        "a$b",
        "a%b",
        "a;b",
        "a{b",
        "a=b",
        "a|b",
        "a*",
        "\u{e9}",
        "a\u{200b}",
        "123e4567-e89b-12d3-a456-426614174000",
        "123E4567-e89b-12d3-a456-426614174000",
        "123e4567e89b12d3a456426614174000",
        "123e4567-e89b-12d3-a456-42661417400",
        "{123e4567-e89b-12d3-a456-426614174000}",
        &long,
        &too_long,
        &label,
        &too_long_label,
    ];
    for balancer in BALANCERS {
        for (ids, grammar, known) in [
            ("org-colon", IdGrammar::OrgColon, "Known:tenant_1"),
            ("slug", IdGrammar::Slug, "known-tenant-1"),
            ("uuid", IdGrammar::Uuid, "00000000-0000-4000-8000-00000000000a"),
        ] {
            let tenants = format!("{{\"{known}\": {{cluster: us}}}}").leak();
            let front = Front::start(balancer, Edge { ids, tenants, ..PLAIN });
            assert_eq!(front.get(HOST, "/web", Some(known)), through(), "{balancer:?}, {ids}, {known}");
            for id in tried {
                let expected = match grammar.check(id.as_bytes()) {
                    Some(_) => door(403, "tenant-unknown"),
                    None => door(400, "tenant-malformed"),
                };
                assert_eq!(front.get(HOST, "/web", Some(id)), expected, "{balancer:?}, {ids}, {id:?}");
            }
        }
    }
}

#[test]
fn hosts_are_read_as_the_engine_reads_them() {
    for balancer in BALANCERS {
        let front = Front::start(balancer, PLAIN);
        for (host, served) in [
            (HOST, true),
            ("x.example.com", true),
            ("X.Example.COM", true),
            ("a.b.example.com:8443", true),
            ("other.example.org", true),
            ("example.com", false),
            ("example.org", false),
            ("x.other.example.org", false),
            ("xexample.com", false),
        ] {
            let expected = if served { through() } else { door(404, "host-unknown") };
            assert_eq!(front.get(host, "/web", Some("known")), expected, "{balancer:?}, {host}");
        }
        drop(front);
        let front = Front::start(balancer, Edge { hosts: "[\"*\"]", ..PLAIN });
        for host in [HOST, "example.com", "localhost"] {
            assert_eq!(front.get(host, "/web", Some("known")), through(), "{balancer:?}, {host}, every host");
        }
    }
}

#[test]
fn paths_are_exempt_to_the_letter() {
    let odd = r#"/a;b"c'd$e(f)[g]|h+i,j^k~l@m!n=o:p&q<r>s`t.u"#;
    let exempt = format!("[/health, '{}']", odd.replace('\'', "''")).leak();
    for balancer in BALANCERS {
        let front = Front::start(balancer, Edge { exempt, ..PLAIN });
        for (path, free) in [
            ("/health", true),
            ("/health?x=1", true),
            (odd, true),
            (&odd.replace(".u", "xu"), false),
            (&odd.replace("b", "B"), false),
            ("/HEALTH", false),
            ("/health/", false),
            ("/healthy", false),
            ("/web/health", false),
        ] {
            let expected = if free { through() } else { door(400, "tenant-missing") };
            assert_eq!(front.get(HOST, path, None), expected, "{balancer:?}, {path}");
        }
    }
}

#[test]
fn every_path_can_be_grpc() {
    for balancer in BALANCERS {
        for routes in [PLAIN.routes, "[{path: /web, to: web}, {path: /, to: rpc}]", "[{path: /, to: rpc}]"] {
            let front = Front::start(balancer, Edge { routes, ..PLAIN });
            for path in ["/rpc", "/rpc/a.B/C", "/rpcs", "/rpc/web", "/web", "/"] {
                assert_eq!(front.get(HOST, path, Some("known")), through(), "{balancer:?}, {routes}, {path}");
                assert_eq!(front.get(HOST, path, None), door(400, "tenant-missing"), "{balancer:?}, {routes}, {path}");
            }
        }
    }
}
