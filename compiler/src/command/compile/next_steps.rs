//! What to do with the files, in the order in which it has to be done.

use std::collections::BTreeSet;
use std::path::Path;
use tenantry::emit::{self, Artifacts, Compiled, FILTER_DIR, SIGNING_ENTRY, front_door};
use tenantry::plan::moves::{self, Change};
use tenantry::plan::{self, ClusterPlan, SYSTEM_NAMESPACE};
use tenantry::policy::{DoorKind, Policy, SecretKey, TracingMode};

/// The most tenants that are named one by one.
const NAMED: usize = 5;

/// Commands for a person to run. `only` is the cluster that was compiled, when it was one.
pub fn text(policy: &Policy, compiled: &Compiled, out: &Path, only: Option<&str>) -> String {
    let mut lines =
        vec![String::new(), "Next, publish the filter:".to_owned(), format!("  {}", publish(policy, compiled, out))];
    let plans: Vec<ClusterPlan> = policy.clusters.keys().filter_map(|cluster| plan::plan(policy, cluster)).collect();
    lines.extend(one_root(&plans));
    for plan in plans.iter().filter(|plan| only.is_none_or(|only| only == plan.cluster)) {
        let cluster = &plan.cluster;
        let dir = out.join(cluster);
        let dir = dir.display();
        lines.push(format!("\nThen, in the cluster {cluster}:"));
        lines.extend(secrets(policy, plan));
        lines.push(format!("  istioctl install -y -f {dir}/install/istio-operator.yaml"));
        if let Some(tls) = &policy.ingress.tls {
            lines.push(format!(
                "  kubectl -n {SYSTEM_NAMESPACE} create secret tls {} --cert=FILE --key=FILE    # unless it is there",
                tls.secret.value
            ));
        }
        lines.push(format!("  kubectl apply --server-side -k {dir}"));
    }
    let accounts: Vec<&str> = policy.services.values().map(|service| service.service_account.as_str()).collect();
    lines.push(format!(
        "\nCallers are known by their service accounts, so the workloads in the namespace {} have to run as: {}",
        policy.namespace.value,
        accounts.join(", ")
    ));
    lines.extend(phoenix(policy));
    if only.is_none() {
        lines.extend(front_door(policy, out));
        lines.extend(moves(policy, &compiled.artifacts, out));
    }
    lines.join("\n")
}

/// How each load balancer gets its files.
fn front_door(policy: &Policy, out: &Path) -> Vec<String> {
    let Some(door) = &policy.ingress.front_door else { return Vec::new() };
    let all = out.join(front_door::DIR);
    let kinds = door.kinds.iter().map(|kind| {
        let directory = |name| all.join(name).display().to_string();
        match kind.value {
            DoorKind::Nginx => {
                format!("  cp {}/* /etc/nginx/ && nginx -t && nginx -s reload", directory("nginx"))
            }
            DoorKind::Haproxy => {
                format!("  cp {}/* /etc/haproxy/ && systemctl reload haproxy", directory("haproxy"))
            }
            DoorKind::AwsAlb => format!("  bash {}/apply.sh", directory("aws-alb")),
            DoorKind::Envoy => {
                format!("  cd {} && envoy -c envoy.yaml    # once; later move new files over these", directory("envoy"))
            }
        }
    });
    let which = if door.kinds.len() > 1 { ", whichever of these you run" } else { "" };
    [format!("\nThen, at the front door{which}:")].into_iter().chain(kinds).collect()
}

/// The steps of tenants' moves. Each begins once every proxy has the one before it.
fn moves(policy: &Policy, artifacts: &Artifacts, out: &Path) -> Vec<String> {
    let steps = moves::steps(policy);
    if steps.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![
        "\nThen move the tenants, one step after the other. A step is done when it has taken effect everywhere: when every\nproxy of a cluster has the filter's configuration, and the front door has reloaded:".to_owned(),
    ];
    for step in &steps {
        let directory = emit::moves::directory(step);
        let changes: Vec<String> = match step.change {
            Change::Accept | Change::HandOver => {
                let clusters = step.clusters.iter().map(|cluster| (cluster, format!("{directory}/{cluster}/")));
                let changed = clusters.filter(|(_, below)| artifacts.iter().any(|(path, _)| path.starts_with(below)));
                changed
                    .map(|(cluster, below)| {
                        let place = out.join(below);
                        format!("in the cluster {cluster}: kubectl apply --server-side -f {}", place.display())
                    })
                    .collect()
            }
            Change::FrontDoor if policy.ingress.front_door.is_some() => {
                let place = out.join(directory).join(front_door::DIR);
                vec![format!("at the front door: put the files of {} in place, and reload", place.display())]
            }
            Change::FrontDoor => vec!["in your load balancer: send the tenants to their new homes".to_owned()],
        };
        lines.extend(changes.into_iter().map(|change| format!("  {}. {change}", step.number)));
    }
    let moving: Vec<&str> =
        policy.tenants.iter().filter(|tenant| tenant.move_to.is_some()).map(|tenant| tenant.id.as_str()).collect();
    let (named, rest) = moving.split_at(moving.len().min(NAMED));
    let others = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    lines.push(format!(
        "  {}. in the policy: make `moveTo` the `cluster` of {}{others}, compile and apply once more",
        steps.len() + 1,
        named.join(", ")
    ));
    lines
}

/// What a Phoenix that is there already needs: a proxy of its own would refuse the spans, as nobody is listed as a caller.
fn phoenix(policy: &Policy) -> Option<String> {
    let phoenix = &policy.tracing.as_ref()?.phoenix;
    let service = &phoenix.service.value;
    let namespace = &policy.namespace.value;
    phoenix.deploy.is_none().then(|| {
        format!(
            "\nThe pods of {service} in the namespace {namespace} need the label sidecar.istio.io/inject: \"false\""
        )
    })
}

/// What gateways that forward to each other have to have in common.
fn one_root(plans: &[ClusterPlan]) -> Option<String> {
    let remotes = plans.iter().flat_map(|plan| &plan.remotes);
    let places: BTreeSet<String> = remotes.map(|remote| format!("{}:{}", remote.host, remote.port)).collect();
    (!places.is_empty()).then(|| {
        let places: Vec<String> = places.into_iter().collect();
        format!(
            "\nThe clusters forward to each other with the certificates of their meshes, which need one root: make an\n\
             intermediate authority for each cluster, all signed by the same root. Their gateways have to reach each other at\n\
             {}.",
            places.join(" and ")
        )
    })
}

/// The Secrets that have to be there before the containers start which read them.
fn secrets(policy: &Policy, plan: &ClusterPlan) -> Vec<String> {
    let authority = plan.forward_port.map(|_| {
        let files =
            ["ca-cert.pem", "ca-key.pem", "root-cert.pem", "cert-chain.pem"].map(|it| format!(" --from-file={it}"));
        (SYSTEM_NAMESPACE, format!("create secret generic cacerts{}    # this cluster's intermediate", files.concat()))
    });
    let mut lines = Vec::new();
    let mut made = Vec::new();
    for (namespace, command) in authority.into_iter().chain(api_key(policy)) {
        if !made.contains(&namespace) {
            lines.push(format!("  kubectl create namespace {namespace}    # unless it is there"));
            made.push(namespace);
        }
        lines.push(format!("  kubectl -n {namespace} {command}"));
    }
    lines
}

/// The Secret with Phoenix's key, wherever a container reads it: each namespace, and the command to make it there.
fn api_key(policy: &Policy) -> Vec<(&str, String)> {
    let Some(tracing) = &policy.tracing else { return Vec::new() };
    let Some(SecretKey { secret, key }) = tracing.phoenix.api_key.as_ref().map(|key| &key.value) else {
        return Vec::new();
    };
    let namespace = policy.namespace.value.as_str();
    let deployed = tracing.phoenix.deploy.is_some();
    let here = deployed || *tracing.mode == TracingMode::PerTenant;
    let namespaces = [Some((SYSTEM_NAMESPACE, false)), here.then_some((namespace, deployed))];
    let namespaces = namespaces.into_iter().flatten();
    namespaces
        .map(|(namespace, signs)| {
            let signing = if signs { format!(" --from-file={SIGNING_ENTRY}=FILE") } else { String::new() };
            let command =
                format!("create secret generic {secret} --from-file={key}=FILE{signing}    # no newline in FILE");
            (namespace, command)
        })
        .collect()
}

/// How the module gets where the URL says.
fn publish(policy: &Policy, compiled: &Compiled, out: &Path) -> String {
    let filter = out.join(FILTER_DIR);
    let filter = filter.display();
    let url = policy.filter.url.as_ref().map_or("", |url| url.value.as_str());
    match url.strip_prefix("oci://") {
        Some(image) => {
            let image = image.split('@').next().unwrap_or(image);
            format!("oras cp --from-oci-layout {filter}/oci@sha256:{} {image}", compiled.module.sha256)
        }
        None => format!("copy {filter}/tenantry_filter.wasm to where {url} serves it"),
    }
}
