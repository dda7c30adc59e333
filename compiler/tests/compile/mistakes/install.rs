//! Mistakes in the install files.

use super::{everywhere, operator, whole_text};
use crate::support::{compiled, items, load, parse, policies, production};
use serde_json::Value;

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
    everywhere(|policy, cluster, objects| {
        let operator = operator(policy, cluster);
        let helm = &parse(&compiled(policy).artifacts, &format!("{cluster}/install/helm/ingress-gateway.yaml"))[0];
        let k8s = &operator["spec"]["components"]["ingressGateways"][0]["k8s"];
        for (service, [http, https]) in [(&k8s["service"], [8080, 8443]), (&helm["service"], [80, 443])] {
            let number = |port: &Value, field: &str| port[field].as_u64().expect("a number");
            let ports: Vec<_> = items(&service["ports"])
                .iter()
                .map(|port| (number(port, "port"), number(port, "targetPort")))
                .collect();
            let [.., server] = items(&objects.get("Gateway", &policy.name)["spec"]["servers"]) else {
                panic!("a gateway without servers")
            };
            // A list takes the place of the one that the profile has, or the chart.
            let forward = number(&server["port"], "number");
            match server["tls"]["mode"] == "ISTIO_MUTUAL" {
                true => assert_eq!(ports, [(15021, 15021), (80, http), (443, https), (forward, forward)]),
                false => assert!(service.is_null(), "an override would drop 15021 for nothing"),
            }
        }
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
