//! The mistakes of hand-written Istio manifests that no schema finds. Compiled output has none of them: each test is
//! named after one, and looks at every policy there is.

use crate::support::{Objects, applied, cogniverse, compiled, items, load, parse, policies, production, strings};
use serde_json::{Value, json};
use tenantry::policy::{Policy, TracingMode};

/// Runs a test for every cluster of every policy.
fn everywhere(test: impl Fn(&Policy, &str, &Objects)) {
    let policies = policies();
    assert!(policies.len() >= 3, "{policies:?}");
    for path in policies {
        let policy = load(&path);
        for cluster in policy.clusters.keys() {
            test(&policy, cluster, &applied(&policy, cluster));
        }
    }
}

/// The `IstioOperator` of a cluster.
fn operator(policy: &Policy, cluster: &str) -> Value {
    parse(&compiled(policy).artifacts, &format!("{cluster}/install/istio-operator.yaml")).swap_remove(0)
}

/// Every text that a policy compiles to, joined.
fn whole_text(policy: &Policy) -> String {
    let artifacts = compiled(policy).artifacts;
    artifacts
        .iter()
        .filter(|(path, _)| path.ends_with(".yaml"))
        .map(|(_, text)| String::from_utf8_lossy(text))
        .collect()
}

fn seconds(duration: &Value) -> f64 {
    let text = duration.as_str().expect("a duration");
    let (number, unit) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic()).expect("a unit"));
    number.parse::<f64>().expect("a number") * if unit == "ms" { 0.001 } else { 1.0 }
}

/// HTTP routes of every `VirtualService`.
fn http_routes(objects: &Objects) -> Vec<&Value> {
    objects.of("VirtualService").into_iter().flat_map(|it| items(&it["spec"]["http"])).collect()
}

/// A service's host, as `DestinationRule` and `VirtualService` write it.
fn host(policy: &Policy, service: &str) -> String {
    format!("{service}.{}.svc.cluster.local", policy.namespace.value)
}

#[test]
fn old_api_versions() {
    everywhere(|_, _, objects| {
        for object in objects.all() {
            let version = object["apiVersion"].as_str().expect("a version");
            let kind = object["kind"].as_str().expect("a kind");
            let newest = match kind {
                "EnvoyFilter" => "networking.istio.io/v1alpha3",
                "TrafficExtension" => "extensions.istio.io/v1alpha1",
                "Namespace" | "Service" => "v1",
                "StatefulSet" => "apps/v1",
                "Telemetry" => "telemetry.istio.io/v1",
                _ if kind.ends_with("Authentication") || kind == "AuthorizationPolicy" => "security.istio.io/v1",
                _ => "networking.istio.io/v1",
            };
            assert_eq!(version, newest, "{kind}");
        }
    });
}

#[test]
fn installation_values_that_do_not_exist() {
    everywhere(|policy, cluster, _| {
        let values = operator(policy, cluster)["spec"]["values"].clone();
        let keys: Vec<_> = values.as_object().expect("a map").keys().cloned().collect();
        let keyed = policy.tracing.as_ref().is_some_and(|tracing| tracing.phoenix.api_key.is_some());
        let injection: &[&str] = if keyed { &["sidecarInjectorWebhook"] } else { &[] };
        assert_eq!(keys, [injection, &["global"]].concat());
        let injection = &values["sidecarInjectorWebhook"];
        let keys: Vec<_> = injection.as_object().into_iter().flatten().map(|(key, _)| key).collect();
        assert!(keys.iter().all(|key| ["templates", "defaultTemplates"].contains(&key.as_str())), "{keys:?}");
        let keys: Vec<_> = values["global"].as_object().expect("a map").keys().cloned().collect();
        assert_eq!(keys, ["proxy"], "`values.global.mtls` is no field, and unknown ones stop the installation");
    });
}

#[test]
fn profile_that_does_not_exist() {
    everywhere(|policy, cluster, _| {
        let profile = operator(policy, cluster)["spec"]["profile"].clone();
        assert!(profile == "minimal" || profile == "default", "{profile}");
    });
    assert_eq!(operator(&production(&[]), "east")["spec"]["profile"], "default");
}

#[test]
fn gateways_left_to_the_profile() {
    everywhere(|policy, cluster, _| {
        let components = &operator(policy, cluster)["spec"]["components"];
        assert_eq!(components["ingressGateways"][0]["name"], "istio-ingressgateway");
        assert_eq!(components["ingressGateways"][0]["enabled"], true, "minimal has none of its own");
        let egress = policy.mesh.profile.value == tenantry::policy::Profile::Production;
        assert_eq!(components["egressGateways"][0]["enabled"], egress, "default has none of its own");
    });
}

#[test]
fn service_ports_overridden_without_the_status_port() {
    everywhere(|policy, cluster, _| {
        let operator = operator(policy, cluster);
        for gateway in items(&operator["spec"]["components"]["ingressGateways"]) {
            assert!(gateway["k8s"]["service"].is_null(), "an override of the ports would drop 15021");
        }
        let helm = &parse(&compiled(policy).artifacts, &format!("{cluster}/install/helm/ingress-gateway.yaml"))[0];
        assert!(helm["service"].is_null());
    });
}

#[test]
fn versions_and_registries_that_are_gone() {
    for path in policies() {
        let text = whole_text(&load(&path));
        for gone in ["1.20", "gcr.io", "release-1.", "v1beta1\nkind: V", "tls-check", "hub:", "tag:"] {
            assert!(!text.contains(gone), "{} compiles to `{gone}`", path.display());
        }
    }
}

#[test]
fn operator_file_given_to_the_cluster() {
    everywhere(|_, _, objects| assert!(objects.of("IstioOperator").is_empty(), "no controller reads it any more"));
}

#[test]
fn tracing_by_open_census() {
    everywhere(|policy, cluster, objects| {
        assert!(!whole_text(policy).contains("openCensus"), "it is accepted and does nothing");
        let mesh = operator(policy, cluster)["spec"]["meshConfig"].clone();
        assert!(mesh["defaultConfig"]["tracing"].is_null());
        let providers: Vec<&Value> = items(&mesh["extensionProviders"]).iter().map(|it| &it["name"]).collect();
        let used = objects.of("Telemetry").into_iter().flat_map(|it| {
            let spec = &it["spec"];
            items(&spec["tracing"]).iter().chain(items(&spec["accessLogging"])).flat_map(|it| items(&it["providers"]))
        });
        let used: Vec<&Value> = used.map(|it| &it["name"]).collect();
        assert!(used.iter().all(|name| providers.contains(name)), "{used:?} of {providers:?}");
        let enrich = policy.tracing.as_ref().is_some_and(|tracing| *tracing.mode == TracingMode::Enrich);
        assert_eq!(enrich, used.contains(&&json!("phoenix")));
    });
}

#[test]
fn tracing_port_that_istio_does_not_read_as_grpc() {
    let mut seen = 0;
    let enrich = cogniverse(&[("mode: per-tenant", "mode: enrich")]);
    let policies = policies().into_iter().map(|path| load(&path)).chain([enrich]);
    for policy in policies {
        let policy = &policy;
        let cluster = policy.clusters.keys().next().expect("a cluster");
        let objects = applied(policy, cluster);
        let mesh = operator(policy, cluster)["spec"]["meshConfig"].clone();
        let tracers: Vec<&Value> = items(&mesh["extensionProviders"])
            .iter()
            .map(|it| &it["opentelemetry"])
            .filter(|it| !it.is_null())
            .collect();
        for service in objects.of("Service") {
            for tracer in &tracers {
                let port = items(&service["spec"]["ports"]).iter().find(|it| it["port"] == tracer["port"]);
                let port = port.expect("the tracer's port is on the Service");
                assert_eq!(port["appProtocol"], "grpc");
                assert!(port["name"].as_str().is_some_and(|name| name.starts_with("grpc-")), "{port}");
                let name = service["metadata"]["name"].as_str().expect("a name");
                assert_eq!(tracer["service"], host(policy, name));
                seen += 1;
            }
        }
        for filter in objects.of("TrafficExtension") {
            let export = &filter["spec"]["wasm"]["pluginConfig"]["trace"]["export"]["to"];
            let (Some(to), Some(service)) = (export["cluster"].as_str(), objects.of("Service").first().copied()) else {
                continue;
            };
            let ports = items(&service["spec"]["ports"]);
            let port = ports.iter().find(|it| it["appProtocol"] == export["protocol"]).expect("a port that speaks it");
            let name = service["metadata"]["name"].as_str().expect("a name");
            assert_eq!(to, format!("outbound|{}||{}", port["port"], host(policy, name)));
            seen += 1;
        }
    }
    assert!(seen >= 2, "both modes send to a Phoenix that is deployed");
}

#[test]
fn tracer_that_traces_itself() {
    let objects = applied(&cogniverse(&[("mode: per-tenant", "mode: enrich")]), "us");
    let template = &objects.get("StatefulSet", "phoenix")["spec"]["template"]["metadata"];
    assert_eq!(template["labels"]["sidecar.istio.io/inject"], "false");
    let telemetry = &objects.get("Telemetry", "phoenix")["spec"];
    assert_eq!(telemetry["tracing"], json!([{"disableSpanReporting": true}]));
    let selected = telemetry["selector"]["matchLabels"].as_object().expect("labels");
    assert!(selected.iter().all(|(name, value)| &template["labels"][name] == value), "the resource is Phoenix's");
}

#[test]
fn injection_template_that_knows_one_place_of_the_proxy() {
    let policy = production(&[]);
    for cluster in policy.clusters.keys() {
        let webhook = &operator(&policy, cluster)["spec"]["values"]["sidecarInjectorWebhook"];
        let template = webhook["templates"]["phoenix"].as_str().expect("a template");
        // As a native sidecar, which is what it is from Kubernetes 1.33 on, and as a container.
        let branches = ["NativeSidecars", "\n  initContainers:\n", "\n  containers:\n"];
        assert!(branches.iter().all(|branch| template.contains(branch)), "{cluster}: {template}");
    }
}

#[test]
fn two_telemetry_resources_for_the_same_workload() {
    everywhere(|_, _, objects| {
        let mut seen = Vec::new();
        for telemetry in objects.of("Telemetry") {
            let key = (&telemetry["metadata"]["namespace"], &telemetry["spec"]["selector"]);
            assert!(!seen.contains(&key), "{key:?}");
            assert!(items(&telemetry["spec"]["tracing"]).len() <= 1, "only the first would count");
            seen.push(key);
        }
    });
}

#[test]
fn subset_that_no_destination_rule_defines() {
    everywhere(|_, _, objects| {
        let defined: Vec<(&Value, &Value)> = objects
            .of("DestinationRule")
            .into_iter()
            .flat_map(|it| items(&it["spec"]["subsets"]).iter().map(|subset| (&it["spec"]["host"], &subset["name"])))
            .collect();
        for destination in http_routes(objects).iter().flat_map(|it| items(&it["route"])).map(|it| &it["destination"]) {
            if !destination["subset"].is_null() {
                let wanted = (&destination["host"], &destination["subset"]);
                assert!(defined.contains(&wanted), "{wanted:?} of {defined:?}");
            }
        }
    });
}

#[test]
fn two_destination_rules_for_the_same_host() {
    everywhere(|_, _, objects| {
        let mut hosts: Vec<&Value> = objects.of("DestinationRule").into_iter().map(|it| &it["spec"]["host"]).collect();
        let all = hosts.len();
        hosts.sort_by_key(|host| host.to_string());
        hosts.dedup();
        assert_eq!(hosts.len(), all, "Istio would take subsets from one of them alone");
    });
}

#[test]
fn canary_that_traffic_from_outside_never_meets() {
    everywhere(|policy, _, objects| {
        for service in objects.of("VirtualService") {
            let gateways = items(&service["spec"]["gateways"]);
            assert_eq!(gateways.len(), 1, "without gateways it is bound to the mesh alone");
            let at_gateway = gateways[0] != "mesh";
            assert_eq!(at_gateway, service["metadata"]["name"] == policy.name.as_str());
        }
    });
    // The split that callers inside the mesh get is at the gateway as well.
    let objects = applied(&production(&[]), "east");
    for name in ["shop", "cart-in-mesh"] {
        let routes = items(&objects.get("VirtualService", name)["spec"]["http"]);
        assert!(routes.iter().any(|it| items(&it["route"]).len() == 2), "{name}");
        assert!(routes.iter().any(|it| it["route"][0]["destination"]["subset"] == "new"), "{name}");
    }
}

#[test]
fn no_default_route() {
    everywhere(|policy, _, objects| {
        let routes = items(&objects.get("VirtualService", &policy.name)["spec"]["http"]);
        let last = routes.last().expect("a route");
        assert!(last["match"].is_null(), "{last}");
        assert_eq!(last["directResponse"]["status"], 404, "said outright");
        for service in objects.of("VirtualService") {
            let routes = items(&service["spec"]["http"]);
            let open: Vec<bool> = routes.iter().map(|it| it["match"].is_null()).collect();
            assert_eq!(open.iter().filter(|open| **open).count(), 1, "what follows an open route is unreachable");
            assert_eq!(open.last(), Some(&true));
        }
    });
}

#[test]
fn destination_without_a_port() {
    everywhere(|_, _, objects| {
        for destination in http_routes(objects).iter().flat_map(|it| items(&it["route"])).map(|it| &it["destination"]) {
            assert!(destination["port"]["number"].is_u64(), "{destination}");
            assert!(destination["host"].as_str().is_some_and(|host| host.contains('.')), "a short name: {destination}");
        }
    });
}

#[test]
fn prefix_that_matches_half_a_segment() {
    everywhere(|_, _, objects| {
        for condition in http_routes(objects).iter().flat_map(|it| items(&it["match"])) {
            if let Some(prefix) = condition["uri"]["prefix"].as_str() {
                assert!(prefix.ends_with('/'), "`{prefix}` would match `{prefix}x`");
            }
        }
    });
}

#[test]
fn rewrite_left_out_or_half_done() {
    let objects = applied(&cogniverse(&[]), "us");
    let routes = items(&objects.get("VirtualService", "cogniverse")["spec"]["http"]);
    let dashboard = routes.iter().find(|it| it["match"][0]["uri"]["exact"] == "/dashboard").expect("a route");
    assert_eq!(dashboard["rewrite"]["uri"], "/");
    everywhere(|_, _, objects| {
        for route in http_routes(objects) {
            let Some(to) = route["rewrite"]["uri"].as_str().filter(|to| *to != "/") else { continue };
            for condition in items(&route["match"]) {
                let prefix = condition["uri"]["prefix"].as_str().is_some_and(|prefix| prefix != "/");
                assert_eq!(prefix, to.ends_with('/'), "the rewrite `{to}` of {condition} joins segments");
            }
        }
    });
}

#[test]
fn certificate_looked_for_in_the_wrong_namespace() {
    everywhere(|policy, _, objects| {
        let gateway = objects.get("Gateway", &policy.name);
        // Istio reads the secret from the namespace of the gateway's pods.
        assert_eq!(gateway["metadata"]["namespace"], "istio-system");
        assert_eq!(gateway["spec"]["selector"], json!({"istio": "ingressgateway"}));
        for server in items(&gateway["spec"]["servers"]) {
            if server["port"]["protocol"] == "HTTPS" {
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
fn tries_that_do_not_fit_into_the_timeout() {
    everywhere(|_, _, objects| {
        for route in http_routes(objects) {
            let retries = &route["retries"];
            if retries["perTryTimeout"].is_null() || route["timeout"].is_null() {
                continue;
            }
            let tries = 1.0 + retries["attempts"].as_f64().expect("a number");
            let needed = tries * seconds(&retries["perTryTimeout"]);
            assert!(needed <= seconds(&route["timeout"]), "{route}");
        }
    });
}

#[test]
fn duration_that_istio_refuses() {
    everywhere(|_, _, objects| {
        for route in http_routes(objects) {
            let retries = &route["retries"]["perTryTimeout"];
            for duration in [&route["timeout"], retries].into_iter().filter(|it| !it.is_null()) {
                assert!(seconds(duration) >= 0.001, "`timeout: none` is written by leaving it out: {route}");
            }
        }
    });
}

#[test]
fn time_for_one_try_cuts_a_stream_that_has_no_timeout() {
    let objects = applied(&production(&[]), "east");
    let routes = items(&objects.get("VirtualService", "shop")["spec"]["http"]);
    let stream = routes.iter().find(|it| it["match"][0]["uri"]["exact"] == "/upload").expect("a route");
    assert!(stream["timeout"].is_null() && stream["retries"]["perTryTimeout"].is_null(), "{stream}");
    assert_eq!(stream["retries"]["attempts"], 2);
}

#[test]
fn retry_of_what_may_not_be_done_twice() {
    const BEFORE_WORK: [&str; 3] = ["connect-failure", "refused-stream", "reset-before-request"];
    let check = |objects: &Objects| {
        let mut guarded = 0;
        for route in http_routes(objects) {
            let on = route["retries"]["retryOn"].as_str().unwrap_or_default();
            let conditional = on.split(',').any(|on| !on.is_empty() && !BEFORE_WORK.contains(&on));
            if conditional {
                for condition in items(&route["match"]) {
                    let methods = strings(&condition["method"]).pop().expect("conditions on the method");
                    assert!(!methods.contains("POST") && !methods.contains("PATCH"), "{route}");
                    guarded += 1;
                }
                assert!(!items(&route["match"]).is_empty(), "{route}");
            }
        }
        guarded
    };
    everywhere(|_, _, objects| {
        check(objects);
    });
    assert!(check(&applied(&cogniverse(&[]), "us")) > 0);
    // Unless the policy says so.
    let said = cogniverse(&[("retries: {attempts: 2,", "retries: {nonIdempotent: true, attempts: 2,")]);
    let objects = applied(&said, "us");
    let routes = items(&objects.get("VirtualService", "vespa-in-mesh")["spec"]["http"]);
    assert_eq!(routes.len(), 1);
    assert!(routes[0]["match"].is_null());
}

#[test]
fn circuit_breaker_that_defeats_keep_alive() {
    everywhere(|_, _, objects| {
        for rule in objects.of("DestinationRule") {
            let http = &rule["spec"]["trafficPolicy"]["connectionPool"]["http"];
            assert!(http["maxRequestsPerConnection"].is_null(), "no policy here asks for it");
        }
    });
}

#[test]
fn ejection_without_min_health_percent_or_with_locality_failover() {
    let mut ejecting = 0;
    for (policy, cluster) in [(cogniverse(&[]), "us"), (production(&[]), "east")] {
        for rule in applied(&policy, cluster).of("DestinationRule") {
            let traffic = &rule["spec"]["trafficPolicy"];
            if traffic["outlierDetection"].is_null() {
                continue;
            }
            ejecting += 1;
            assert!(traffic["outlierDetection"]["minHealthPercent"].as_u64().is_some_and(|percent| percent > 0));
            assert_eq!(traffic["loadBalancer"]["localityLbSetting"]["enabled"], false);
        }
    }
    assert_eq!(ejecting, 2);
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
fn injection_annotated_where_nobody_reads_it() {
    everywhere(|policy, cluster, objects| {
        for object in objects.all() {
            let metadata = &object["metadata"];
            assert!(metadata["annotations"].is_null(), "{metadata}");
            assert!(metadata["labels"]["sidecar.istio.io/inject"].is_null(), "it belongs on the pod template");
        }
        assert_eq!(objects.get("Namespace", &policy.namespace)["metadata"]["labels"]["istio-injection"], "enabled");
        let proxy = operator(policy, cluster)["spec"]["values"]["global"]["proxy"].clone();
        assert!(proxy["resources"]["limits"]["memory"].is_string(), "sidecar resources are set for the mesh");
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
        // The other gateway's certificate and routes are for the served host, not for the endpoint's name.
        assert_eq!(tls["sni"], "api.cogniverse.com");
        assert_eq!(tls["subjectAltNames"], json!(["api.cogniverse.com"]));
        assert_eq!(tls["mode"], "SIMPLE");
        assert_eq!(tls["caCertificates"], "system", "without it Istio's analyzer finds no verification");
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
fn paths_that_proxy_and_filter_read_differently() {
    everywhere(|policy, cluster, _| {
        let mesh = &operator(policy, cluster)["spec"]["meshConfig"];
        assert_eq!(mesh["pathNormalization"]["normalization"], "DECODE_AND_MERGE_SLASHES");
        let istiod = &parse(&compiled(policy).artifacts, &format!("{cluster}/install/helm/istiod.yaml"))[0];
        assert_eq!(&istiod["meshConfig"], mesh, "Helm installs the same mesh");
    });
}

#[test]
fn retries_that_nobody_asked_for() {
    everywhere(|policy, cluster, _| {
        let mesh = &operator(policy, cluster)["spec"]["meshConfig"];
        assert_eq!(mesh["defaultHttpRetryPolicy"], json!({"attempts": 0}));
    });
}

#[test]
fn conditions_of_retries_that_never_happen() {
    let policy = cogniverse(&[("retries: {attempts: 2,", "retries: {attempts: 0,")]);
    let objects = applied(&policy, "us");
    let in_mesh = objects.get("VirtualService", "vespa-in-mesh");
    let retries: Vec<&Value> = items(&in_mesh["spec"]["http"]).iter().map(|route| &route["retries"]).collect();
    assert_eq!(retries, [&json!({"attempts": 0})], "Istio refuses anything beside it");
}

#[test]
fn grpc_forwarded_as_http_1() {
    let pool = |policy: &Policy| {
        applied(policy, "us").get("DestinationRule", "cogniverse-cluster-eu")["spec"]["trafficPolicy"]["connectionPool"]
            .clone()
    };
    assert_eq!(pool(&cogniverse(&[])), Value::Null);
    let grpc = cogniverse(&[("{port: 8501, callers", "{port: 8501, protocol: grpc, callers"), (", rewrite: /}", "}")]);
    assert_eq!(pool(&grpc), json!({"http": {"useClientProtocol": true}}));
}

#[test]
fn resources_that_the_whole_mesh_sees() {
    everywhere(|_, _, objects| {
        for kind in ["VirtualService", "DestinationRule", "ServiceEntry"] {
            for object in objects.of(kind) {
                let to = items(&object["spec"]["exportTo"]);
                assert!(!to.is_empty() && !to.contains(&json!("*")), "{kind} {}", object["metadata"]["name"]);
            }
        }
    });
    let objects = applied(&cogniverse(&[]), "us");
    let told = |name: &str| objects.get("Sidecar", name)["spec"]["egress"][0]["hosts"].clone();
    assert_eq!(
        told("cogniverse-runtime"),
        json!([
            "./vespa.default.svc.cluster.local",
            "./ollama.default.svc.cluster.local",
            "./phoenix.default.svc.cluster.local",
            "istio-system/*"
        ])
    );
    assert_eq!(told("vespa"), json!(["./phoenix.default.svc.cluster.local", "istio-system/*"]));
}

#[test]
fn selector_that_selects_every_workload() {
    everywhere(|_, _, objects| {
        let root = |object: &Value| object["metadata"]["namespace"] == "istio-system";
        for object in objects.all().iter().filter(|it| root(it)) {
            let kind = object["kind"].as_str().expect("a kind");
            let everywhere = ["PeerAuthentication", "Telemetry"].contains(&kind);
            let spec = &object["spec"];
            let selects = !spec["selector"].is_null() || !spec["workloadSelector"].is_null();
            assert!(everywhere || selects, "{kind} in the root namespace without a selector is for the whole mesh");
        }
    });
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

/// The key is the Secret's alone: no object and no installation value holds it, and each container that sends spans
/// reads it from there.
#[test]
fn api_key_that_stands_in_a_configuration() {
    let policy = production(&[]);
    let reads = |value: &Value| {
        let text = value.to_string();
        text.contains("PHOENIX_API_KEY") && text.contains("phoenix-api-key") && text.contains("secretKeyRef")
    };
    let operator = operator(&policy, "east");
    assert!(reads(&operator["spec"]["components"]["ingressGateways"][0]["k8s"]["env"]), "the gateway");
    assert!(reads(&operator["spec"]["values"]["sidecarInjectorWebhook"]["templates"]), "the sidecars");
    assert!(
        !operator["spec"]["components"]["pilot"]["k8s"]["env"].to_string().contains("API_KEY"),
        "istiod needs none"
    );
    let objects = applied(&policy, "east");
    for filter in objects.of("TrafficExtension") {
        let wasm = &filter["spec"]["wasm"];
        assert_eq!(wasm["vmConfig"], json!({"env": [{"name": "PHOENIX_API_KEY", "valueFrom": "HOST"}]}));
        assert_eq!(wasm["pluginConfig"]["trace"]["export"]["to"]["apiKeyEnv"], "PHOENIX_API_KEY");
    }
    let pod = &objects.get("StatefulSet", "phoenix")["spec"]["template"]["spec"]["containers"][0]["env"];
    for name in ["PHOENIX_SECRET", "PHOENIX_ADMIN_SECRET"] {
        let variable = items(pod).iter().find(|it| it["name"] == name).expect("Phoenix asks for keys");
        assert_eq!(variable["valueFrom"]["secretKeyRef"]["name"], "phoenix-api-key");
    }
    assert!(objects.of("Secret").is_empty() && objects.of("ConfigMap").is_empty());
}

/// Where Envoy is the tracer the key has to pass through istiod, which says so in one place.
#[test]
fn api_key_of_envoys_own_tracer() {
    let changes = [("mode: per-tenant", "mode: enrich"), ("grpc: 4317,", "grpc: 4317, apiKey: {secret: keys},")];
    let policy = cogniverse(&changes);
    let operator = operator(&policy, "us");
    let provider = items(&operator["spec"]["meshConfig"]["extensionProviders"])
        .iter()
        .find(|it| it["name"] == "phoenix")
        .expect("a tracing provider");
    let metadata = &provider["opentelemetry"]["grpc"]["initialMetadata"];
    assert_eq!(*metadata, json!([{"name": "authorization", "envName": "PHOENIX_AUTHORIZATION"}]));
    let env = &operator["spec"]["components"]["pilot"]["k8s"]["env"];
    assert_eq!(env[0]["valueFrom"]["secretKeyRef"], json!({"name": "keys", "key": "api-key"}));
    assert_eq!(env[1], json!({"name": "PHOENIX_AUTHORIZATION", "value": "Bearer $(PHOENIX_API_KEY)"}));
    assert!(operator["spec"]["components"]["ingressGateways"][0]["k8s"]["env"].is_null());
}

/// Probes would be most of all spans, and a client's word about its trace the key to another tenant's.
#[test]
fn health_checks_and_foreign_traces_in_envoys_own_tracer() {
    let objects = applied(&cogniverse(&[("mode: per-tenant", "mode: enrich")]), "us");
    let routes = items(&objects.get("VirtualService", "cogniverse")["spec"]["http"]);
    let untraced: Vec<&Value> = items(&objects.get("EnvoyFilter", "cogniverse-untraced")["spec"]["configPatches"])
        .iter()
        .map(|patch| &patch["match"]["routeConfiguration"]["vhost"]["route"]["name"])
        .collect();
    let exempt = routes.iter().filter(|route| {
        let uri = &route["match"][0]["uri"]["exact"];
        route["match"].as_array().is_some_and(|matches| matches.len() == 1)
            && ["/health", "/health/live", "/health/ready"].iter().any(|path| uri == path)
    });
    let exempt: Vec<&Value> = exempt.map(|route| &route["name"]).collect();
    assert_eq!(exempt.len(), 3);
    assert_eq!(untraced, exempt);
    // Istio warns of a match that one before it makes unreachable.
    let mut matches: Vec<&Value> = routes.iter().flat_map(|route| route["match"].as_array()).flatten().collect();
    let before = matches.len();
    matches.sort_by_key(|it| it.to_string());
    matches.dedup();
    assert_eq!(matches.len(), before, "a match stands there twice");
    let forgets = objects.get("EnvoyFilter", "cogniverse-client-trace").to_string();
    assert!(forgets.contains("traceparent") && forgets.contains("early_header_mutation"), "{forgets}");
    let trusting =
        cogniverse(&[("mode: per-tenant", "mode: enrich"), ("trustClientTrace: false", "trustClientTrace: true")]);
    let filters = applied(&trusting, "us");
    let names: Vec<&Value> = filters.of("EnvoyFilter").iter().map(|it| &it["metadata"]["name"]).collect();
    assert!(!names.contains(&&json!("cogniverse-client-trace")), "{names:?}");
}
