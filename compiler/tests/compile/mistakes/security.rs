//! Mistakes about who gets in, and whom the mesh trusts.

use super::{everywhere, operator};
use crate::support::{applied, cogniverse, compiled, items, parse, policy, production, root, strings};
use serde_json::{Value, json};
use std::fs;
use tenantry::policy::Policy;

#[test]
fn certificate_looked_for_in_the_wrong_namespace() {
    everywhere(|policy, _, objects| {
        let gateway = objects.get("Gateway", &policy.name);
        // Istio reads the secret from the namespace of the gateway's pods.
        assert_eq!(gateway["metadata"]["namespace"], "istio-system");
        assert_eq!(gateway["spec"]["selector"], json!({"istio": "ingressgateway"}));
        for server in items(&gateway["spec"]["servers"]) {
            if server["port"]["number"] == 443 {
                let secret = &policy.ingress.tls.as_ref().expect("a secret").secret.value;
                assert_eq!(server["tls"]["credentialName"], secret.as_str());
            }
            // And the gateway admits routes from the policy's namespace alone.
            for host in items(&server["hosts"]) {
                let host = host.as_str().expect("a host");
                assert!(host.starts_with(&format!("{}/", policy.namespace.value)), "{host}");
            }
        }
        for service in objects.of("VirtualService").iter().filter(|it| it["spec"]["gateways"][0] != "mesh") {
            assert_eq!(service["spec"]["gateways"][0], format!("istio-system/{}", policy.name.value));
            assert_eq!(service["metadata"]["namespace"], policy.namespace.as_str());
        }
    });
}

#[test]
fn anyone_may_call_anything() {
    everywhere(|policy, _, objects| {
        let policies = objects.of("AuthorizationPolicy");
        let deny = policies.iter().find(|it| it["spec"] == json!({})).expect("nothing is allowed by default");
        assert_eq!(deny["metadata"]["namespace"], policy.namespace.as_str());
        for allow in policies.iter().filter(|it| it["spec"]["action"] == "ALLOW") {
            assert!(!allow["spec"]["selector"]["matchLabels"].is_null());
            for source in items(&allow["spec"]["rules"]).iter().flat_map(|it| items(&it["from"])) {
                let principals = items(&source["source"]["principals"]);
                let named = principals.iter().all(|it| it.as_str().is_some_and(|it| it.contains("/sa/")));
                let unknown = source["source"]["notPrincipals"] == json!(["*"]);
                assert!(named && (unknown || !principals.is_empty()), "{source}");
            }
        }
    });
}

#[test]
fn permissive_mtls_opens_a_way_around_the_gateway() {
    let policy = cogniverse(&[("mtls: strict", "mtls: permissive")]);
    let objects = applied(&policy, "us");
    let open = |name: &str| strings(objects.get("AuthorizationPolicy", name)).contains(&"notPrincipals".to_owned());
    assert!(!open("cogniverse-runtime-callers"), "a service behind the gateway takes no caller without identity");
    assert!(!open("cogniverse-dashboard-callers"));
    assert!(open("vespa-callers"), "a service behind others does, for the time of the migration");
    assert!(objects.of("PeerAuthentication").iter().all(|it| it["spec"]["mtls"]["mode"] == "PERMISSIVE"));
}

#[test]
fn plain_text_between_workloads() {
    let objects = applied(&cogniverse(&[]), "us");
    let strict: Vec<&Value> = objects
        .of("PeerAuthentication")
        .into_iter()
        .filter(|it| it["spec"]["mtls"]["mode"] == "STRICT")
        .map(|it| &it["metadata"]["namespace"])
        .collect();
    assert_eq!(strict, ["istio-system", "default"], "the mesh, and the namespace whatever stood there before");
}

#[test]
fn token_verified_but_not_required() {
    let objects = applied(&production(&[]), "east");
    let authentication = &objects.get("RequestAuthentication", "shop")["spec"];
    assert_eq!(authentication["jwtRules"][0]["issuer"], "https://login.example.com");
    assert_eq!(authentication["jwtRules"][0]["audiences"], json!(["shop"]));
    let deny = &objects.get("AuthorizationPolicy", "shop-require-token")["spec"];
    assert_eq!(deny["action"], "DENY");
    assert_eq!(deny["selector"], authentication["selector"]);
    // Not by request principals: Istio makes one only of tokens with a subject.
    assert_eq!(deny["rules"][0]["from"], Value::Null);
    assert_eq!(
        deny["rules"][0]["when"],
        json!([{"key": "request.auth.claims[iss]", "notValues": ["https://login.example.com"]}])
    );
    assert_eq!(
        deny["rules"][0]["to"],
        json!([{"operation": {"ports": ["80", "443", "8080", "8443"], "notPaths": ["/healthz"]}}])
    );
    // Where other clusters forward, theirs is one more way in.
    let forwarding = production(&[
        ("elsewhere: redirect", "elsewhere: forward"),
        ("east.shop.example.com\"", "east.shop.example.com\", forwardPort: 20443"),
    ]);
    let deny = applied(&forwarding, "east").get("AuthorizationPolicy", "shop-require-token")["spec"].clone();
    assert_eq!(deny["rules"][0]["to"][0]["operation"]["ports"], json!(["80", "443", "8080", "8443", "20443"]));

    let optional = production(&[("claim: org.id", "claim: org.id\n    required: false")]);
    assert!(applied(&optional, "east").of("AuthorizationPolicy").iter().all(|it| it["spec"]["action"] != "DENY"));
}

#[test]
fn tenant_header_that_nobody_verifies() {
    everywhere(|policy, _, objects| {
        let at_gateway =
            objects.of("TrafficExtension").into_iter().find(|it| it["metadata"]["namespace"] == "istio-system");
        let config = &at_gateway.expect("the filter at the gateway")["spec"]["wasm"]["pluginConfig"];
        assert_eq!(config["role"], "gateway");
        assert_eq!(config["token"].is_null(), policy.tenancy.token.is_none());
        for service in policy
            .services
            .iter()
            .filter(|(_, it)| it.callers.iter().any(|it| it.value == tenantry::policy::Caller::Ingress))
        {
            let name = format!("{}-tenancy", service.0);
            let filter = objects.of("TrafficExtension").into_iter().find(|it| {
                it["metadata"]["name"] == name.as_str() && it["metadata"]["namespace"] == policy.namespace.as_str()
            });
            let workload = &filter.expect("the filter before the service")["spec"]["wasm"]["pluginConfig"]["workload"];
            assert_eq!(
                workload["gateways"],
                json!(["spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account"])
            );
        }
    });
}

#[test]
fn gateway_without_port_80() {
    everywhere(|policy, _, objects| {
        let gateway = objects.get("Gateway", &policy.name);
        let servers = items(&gateway["spec"]["servers"]);
        let http = servers.iter().find(|it| it["port"]["number"] == 80).expect("port 80");
        if policy.ingress.tls.is_some() {
            assert_eq!(http["tls"]["httpsRedirect"], true);
            assert!(servers.iter().any(|it| it["port"]["number"] == 443 && it["tls"]["mode"] == "SIMPLE"));
        }
    });
}

#[test]
fn tls_to_another_cluster_without_a_server_name_it_serves() {
    for (cluster, other) in [("us", "eu"), ("eu", "us")] {
        let objects = applied(&cogniverse(&[]), cluster);
        let tls =
            &objects.get("DestinationRule", &format!("cogniverse-cluster-{other}"))["spec"]["trafficPolicy"]["tls"];
        // The other gateway's routes are for the served host, not for the endpoint's name.
        assert_eq!(tls["sni"], "api.cogniverse.com");
    }
    // A wildcard cannot be a server name: then it is the endpoint's, which that gateway serves too.
    let wild = cogniverse(&[("hosts: [api.cogniverse.com]", "hosts: [\"*.cogniverse.com\"]")]);
    let objects = applied(&wild, "us");
    let tls = &objects.get("DestinationRule", "cogniverse-cluster-eu")["spec"]["trafficPolicy"]["tls"];
    assert_eq!(tls["sni"], "eu-cluster.example.com");
    let served = &applied(&wild, "eu");
    let hosts = &served.get("VirtualService", "cogniverse")["spec"]["hosts"];
    assert_eq!(hosts, &json!(["*.cogniverse.com", "eu-cluster.example.com"]));
}

#[test]
fn a_gateway_that_an_alb_cannot_reach() {
    let hosts = |policy: &Policy| {
        let objects = applied(policy, "us");
        objects.get("Gateway", "cogniverse")["spec"]["servers"][0]["hosts"].clone()
    };
    assert_eq!(hosts(&cogniverse(&[])), json!(["default/*"]), "its handshakes name no host");
    let without = cogniverse(&[("haproxy, aws-alb, envoy", "haproxy, envoy")]);
    assert_eq!(hosts(&without), json!(["default/api.cogniverse.com"]));
}

#[test]
fn forwards_that_anybody_could_send_or_take() {
    let policy = cogniverse(&[("eu-cluster.example.com}", "eu-cluster.example.com:8443, forwardPort: 20443}")]);
    let gateway = "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account";
    let identity = json!([format!("spiffe://{gateway}")]);
    for (cluster, port, other, other_port) in [("us", 15443, "eu", 20443), ("eu", 20443, "us", 15443)] {
        let objects = applied(&policy, cluster);
        let name = format!("cogniverse-cluster-{other}");
        let tls = &objects.get("DestinationRule", &name)["spec"]["trafficPolicy"]["tls"];
        assert_eq!((&tls["mode"], &tls["subjectAltNames"]), (&json!("ISTIO_MUTUAL"), &identity));
        let entry = &objects.get("ServiceEntry", &name)["spec"];
        assert_eq!(entry["hosts"], json!([format!("{other}-cluster.example.com")]));
        assert_eq!(entry["ports"], json!([{"number": other_port, "name": "https", "protocol": "HTTPS"}]));
        let routes = items(&objects.get("VirtualService", "cogniverse")["spec"]["http"]);
        assert_eq!(routes[0]["route"][0]["destination"]["port"]["number"], other_port);

        let servers = items(&objects.get("Gateway", "cogniverse")["spec"]["servers"]);
        let server = servers.iter().find(|it| it["port"]["number"] == port).expect("a port for forwards");
        assert_eq!(server["hosts"], json!(["default/api.cogniverse.com"]));
        assert_eq!((&server["tls"]["mode"], &server["tls"]["subjectAltNames"]), (&json!("ISTIO_MUTUAL"), &identity));
        assert_eq!(servers[0]["tls"]["mode"], "SIMPLE", "the public port asks nobody for a certificate");
        let deny = &objects.get("AuthorizationPolicy", "cogniverse-forwards")["spec"];
        assert_eq!(
            (&deny["action"], &deny["selector"]["matchLabels"]),
            (&json!("DENY"), &json!({"istio": "ingressgateway"}))
        );
        assert_eq!(
            deny["rules"],
            json!([{
                "from": [{"source": {"notPrincipals": [gateway]}}],
                "to": [{"operation": {"ports": [port.to_string()]}}],
            }])
        );
    }
}

#[test]
fn port_for_forwards_that_nobody_sends() {
    let alone = fs::read_to_string(root().join("compiler/tests/compile/policies/small.yaml")).expect("a policy");
    let alone = policy(&alone.replace("elsewhere: refuse", "elsewhere: forward"));
    let refusing = cogniverse(&[("elsewhere: forward", "elsewhere: refuse")]);
    let redirecting = cogniverse(&[("elsewhere: forward", "elsewhere: redirect")]);
    for (policy, cluster) in [(alone, "home"), (refusing, "us"), (redirecting, "us")] {
        let objects = applied(&policy, cluster);
        let all = strings(&json!(objects.all()));
        assert!(all.iter().all(|it| it != "15443" && it != "ISTIO_MUTUAL" && !it.ends_with("-forwards")));
        let servers = items(&objects.get("Gateway", &policy.name)["spec"]["servers"]);
        assert!(servers.iter().all(|it| [80, 443].contains(&it["port"]["number"].as_u64().expect("a port"))));
        assert!(operator(&policy, cluster)["spec"]["components"]["ingressGateways"][0]["k8s"]["service"].is_null());
    }
}

/// istiod fetches the keys of tokens itself; Istio's analyzer warns of one that fetches them from anywhere (IST0175).
#[test]
fn keys_of_tokens_that_istiod_fetches_from_anywhere() {
    let blocks = |env: &Value| {
        let blocked = env.as_array().into_iter().flatten().find(|it| it["name"] == "BLOCKED_CIDRS_IN_JWKS_URIS");
        blocked.is_some_and(|it| {
            let value = it["value"].as_str().expect("a value");
            ["127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10"].iter().all(|range| value.contains(range))
        })
    };
    everywhere(|policy, cluster, objects| {
        let tokens = !objects.of("RequestAuthentication").is_empty();
        assert_eq!(blocks(&operator(policy, cluster)["spec"]["components"]["pilot"]["k8s"]["env"]), tokens);
        let istiod = &parse(&compiled(policy).artifacts, &format!("{cluster}/install/helm/istiod.yaml"))[0];
        assert_eq!(blocks(&istiod["envVarFrom"]), tokens);
    });
}
