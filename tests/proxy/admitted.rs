//! Admitted requests, on every version: where they go, and what their service sees.

use crate::fixture::{HOST, policy, search};
use tenantry_tests::envoy::VERSIONS;
use tenantry_tests::envoy::client::Request;
use tenantry_tests::envoy::mesh::Mesh;

fn values<'a>(echo: &'a tenantry::try_::echo::Echo, name: &str) -> Vec<&'a str> {
    echo.headers.iter().filter(|(seen, _)| seen == name).map(|(_, value)| value.as_str()).collect()
}

#[test]
fn a_service_sees_one_tenant_header_and_only_our_stamps() {
    for version in VERSIONS {
        let mesh = Mesh::start(version, &policy("elsewhere: forward"));
        let request = search("alpha")
            .header("X-Tenantry-Cluster", "eu")
            .header("x-tenantry-track", "canary")
            .header("x_tenantry_track", "canary")
            .header("X-Tenantry-Anything", "1")
            .header("x-tenantry-cluster", "eu");
        let echo = mesh.see("us", &request).echo.unwrap();
        assert_eq!(values(&echo, "x-tenant-id"), ["alpha"]);
        assert_eq!(values(&echo, "x-tenantry-cluster"), ["us"]);
        assert_eq!(values(&echo, "x-tenantry-track").len(), 1);
        let internal = echo.headers.iter().filter(|(name, _)| name.replace('_', "-").starts_with("x-tenantry-"));
        assert_eq!(internal.count(), 2, "Envoy {version}: {:?}", echo.headers);
        assert_eq!(echo.identity.cluster, "us");

        // The value may come with blanks around it, as HTTP allows.
        let echo = mesh.see("us", &search("  acme:production \t")).echo.unwrap();
        assert_eq!(values(&echo, "x-tenant-id"), ["acme:production"]);
    }
}

#[test]
fn an_exempt_path_needs_no_tenant_and_carries_none() {
    for version in VERSIONS {
        let mesh = Mesh::start(version, &policy("elsewhere: forward"));
        for path in ["/health", "//health", "/x/../health", "/health?deep=1"] {
            let request = Request::get(HOST, path).header("X-Tenant-ID", "alpha").header("X_Tenant_ID", "beta");
            let seen = mesh.see("us", &request);
            let echo = seen.echo.unwrap_or_else(|| panic!("Envoy {version} on {path}: {}", seen.status));
            assert!(echo.headers.iter().all(|(name, _)| !name.contains("tenant")), "{path}: {:?}", echo.headers);
        }
    }
}

#[test]
fn routes_match_whole_segments_methods_and_wildcard_hosts() {
    let mesh = Mesh::start(VERSIONS[1], &policy("elsewhere: forward"));
    let path = |method: &str, host: &str, path: &str| {
        let seen = mesh.see("us", &Request::new(method, host, path).header("X-Tenant-ID", "beta"));
        seen.echo.map(|echo| (echo.identity.service, echo.path))
    };
    let to = |service: &str, path: &str| Some((service.to_owned(), path.to_owned()));
    assert_eq!(path("GET", HOST, "/reports"), to("reports", "/v2"));
    assert_eq!(path("GET", HOST, "/reports/7?full=1"), to("reports", "/v2/7?full=1"));
    assert_eq!(path("POST", HOST, "/reports/7"), None);
    assert_eq!(path("GET", HOST, "/reportsx"), None);
    assert_eq!(path("GET", "one.apps.example.com:8443", "/search/a//b"), to("web", "/search/a/b"));
    assert_eq!(path("GET", "API.EXAMPLE.COM", "/admin/"), to("web", "/admin/"));
}

#[test]
fn a_tenant_keeps_its_release_and_a_header_overrides_it() {
    for version in VERSIONS {
        let mesh = Mesh::start(version, &policy("elsewhere: forward"));
        for tenant in ["alpha", "beta", "slowpoke", "acme:production"] {
            let release = |request: &Request| mesh.see("us", request).echo.unwrap().identity.release;
            let first = release(&search(tenant));
            for _ in 0..5 {
                assert_eq!(release(&search(tenant)), first, "Envoy {version}, {tenant}");
            }
            assert_eq!(release(&search(tenant).header("X-Preview", "yes")).as_deref(), Some("canary"));
            assert_eq!(release(&search(tenant).header("X-Preview", "yes, no")), first, "Envoy {version}, {tenant}");
        }
    }
}

#[test]
fn a_tenant_of_another_cluster_is_forwarded_and_decided_there() {
    for version in VERSIONS {
        let mut mesh = Mesh::start(version, &policy("elsewhere: forward"));
        let seen = mesh.see("us", &search("gamma"));
        assert_eq!((seen.verdict, seen.status), ("forward", 200));
        let echo = seen.echo.unwrap();
        assert_eq!(echo.identity.cluster, "eu");
        assert_eq!(values(&echo, "x-tenantry-cluster"), ["eu"]);
        let said: Vec<_> = [mesh.decision(), mesh.decision()].map(|decision| decision.entry.decision).into();
        assert!(said.contains(&Some("forward:eu".to_owned())), "{said:?}");
        assert!(said.contains(&Some("allow".to_owned())), "{said:?}");
    }
}

#[test]
fn a_redirect_keeps_path_and_query_and_nothing_else() {
    for version in VERSIONS {
        let mesh = Mesh::start(version, &policy("elsewhere: redirect"));
        let request = Request::new("POST", HOST, "/search/x?q=a%0d%0ab&r=\"<>").header("X-Tenant-ID", "gamma");
        let answer = mesh.send("us", &request);
        assert_eq!(answer.status, 308);
        let location = answer.header("location");
        assert_eq!(location, Some("https://eu.example.com/search/x?q=a%0d%0ab&r=%22%3C%3E"), "Envoy {version}");
        assert_eq!(mesh.upstream_requests(), 0);
    }
}
