//! `tenantry compile` as a command: exit codes, what is printed where, and what is written when.

use crate::support::{root, stand_in};
use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

struct Bench {
    dir: TempDir,
}

struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::write(dir.path().join("filter.wasm"), stand_in()).expect("writable");
        fs::copy(root().join("policies/cogniverse.yaml"), dir.path().join("policy.yaml")).expect("a policy");
        Self { dir }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.at(path)).expect("a file");
        assert!(text.contains(from), "no `{from}` in {path}");
        fs::write(self.at(path), text.replacen(from, to, 1)).expect("writable");
    }

    fn run(&self, more: &[&str]) -> Run {
        let mut command = Command::cargo_bin("tenantry").expect("the command");
        command.current_dir(self.dir.path()).args(["compile", "policy.yaml", "--out", "out"]).args(more);
        if !more.contains(&"--module") {
            command.args(["--module", "filter.wasm"]);
        }
        let output = command.output().expect("it runs");
        Run {
            code: output.status.code().expect("it ends by itself"),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// The whole output with its bytes.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        fn walk(at: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
            let Ok(entries) = fs::read_dir(at) else { return };
            for entry in entries {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    walk(&path, found)
                } else {
                    found.push((path.clone(), fs::read(path).expect("readable")))
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.at("out"), &mut found);
        found.sort();
        found
    }

    /// How many files the policy compiled to: all but the list of them.
    fn compiled(&self) -> usize {
        self.files().len() - 1
    }
}

#[test]
fn tells_the_steps_of_a_move_in_their_order() {
    let bench = Bench::new();
    bench.edit("policy.yaml", "tenant_a: {cluster: us}", "tenant_a: {cluster: us, moveTo: eu}");
    let run = bench.run(&[]);
    assert_eq!(run.code, 0, "{}", run.err);
    let steps = run.out.split("Then move the tenants").nth(1).expect("steps");
    let steps: Vec<&str> = steps.lines().filter(|line| line.starts_with("  ")).collect();
    assert_eq!(
        steps,
        [
            "  1. in the cluster eu: kubectl apply --server-side -f out/move/1-accept/eu/",
            "  2. in the cluster us: kubectl apply --server-side -f out/move/2-hand-over/us/",
            "  3. at the front door: put the files of out/move/3-front-door/front-door in place, and reload",
            "  4. in the policy: make `moveTo` the `cluster` of tenant_a, compile and apply once more",
        ]
    );
    assert!(bench.at("out/move/1-accept/eu/traffic-extension.yaml").is_file());

    // Once it has arrived, the steps go.
    bench.edit("policy.yaml", "tenant_a: {cluster: us, moveTo: eu}", "tenant_a: {cluster: eu}");
    let run = bench.run(&[]);
    assert!(!run.out.contains("Then move"), "{}", run.out);
    assert!(!bench.at("out/move").exists());
}

#[test]
fn writes_every_cluster_and_says_what_to_do_next() {
    let bench = Bench::new();
    let run = bench.run(&[]);
    assert_eq!(run.code, 0, "{}", run.err);
    let files = bench.compiled();
    assert!(run.out.contains(&format!("{files} written, 0 unchanged, 0 removed")), "{}", run.out);
    for line in [
        "oras cp --from-oci-layout out/filter/oci@sha256:",
        " registry.example.com/tenantry/filter:0.1.0",
        "istioctl install -y -f out/us/install/istio-operator.yaml",
        "cp out/front-door/nginx/* /etc/nginx/ && nginx -t && nginx -s reload",
        "bash out/front-door/aws-alb/apply.sh",
        "kubectl -n istio-system create secret tls cogniverse-tls-cert",
        "kubectl apply --server-side -k out/eu",
        "cogniverse-runtime, cogniverse-dashboard, vespa, ollama",
    ] {
        assert!(run.out.contains(line), "no `{line}` in:\n{}", run.out);
    }
    let again = bench.run(&[]);
    assert!(again.out.contains(&format!("0 written, {files} unchanged, 0 removed")), "{}", again.out);
}

#[test]
fn clusters_that_forward_need_one_root() {
    let cacerts = "kubectl -n istio-system create secret generic cacerts --from-file=ca-cert.pem";
    let bench = Bench::new();
    let out = bench.run(&[]).out;
    for line in ["all signed by the same root", "eu-cluster.example.com:15443 and us-cluster.example.com:15443"] {
        assert!(out.contains(line), "no `{line}` in:\n{out}");
    }
    // istiod reads the secret when it starts, and in every cluster.
    let steps: Vec<_> =
        out.match_indices(cacerts).chain(out.match_indices("istioctl install")).map(|it| it.0).collect();
    assert!(steps.len() == 4 && steps[0] < steps[2] && steps[2] < steps[1] && steps[1] < steps[3], "{out}");
    let one = bench.run(&["--cluster", "us"]).out;
    assert_eq!(one.matches(cacerts).count(), 1, "{one}");

    bench.edit("policy.yaml", "elsewhere: forward", "elsewhere: redirect");
    let out = bench.run(&[]).out;
    assert!(!out.contains("cacerts") && !out.contains("root"), "{out}");
}

#[test]
fn a_phoenix_that_is_there_already_needs_a_label() {
    let label = "The pods of phoenix in the namespace default need the label sidecar.istio.io/inject: \"false\"";
    let bench = Bench::new();
    assert!(!bench.run(&[]).out.contains("sidecar.istio.io/inject"), "the compiled Phoenix has it");
    bench.edit("policy.yaml", ", deploy: {storage: 10Gi}}", "}");
    let run = bench.run(&[]);
    assert!(run.out.contains(label), "{}", run.out);
}

#[test]
fn check_names_the_files_that_are_out_of_date_and_writes_nothing() {
    let bench = Bench::new();
    let run = bench.run(&["--check"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("missing: us/gateway.yaml"), "{}", run.out);
    assert!(!bench.at("out").exists());

    bench.run(&[]);
    let run = bench.run(&["--check"]);
    assert_eq!((run.code, run.out), (0, format!("`out`: up to date, {} files\n", bench.compiled())));

    bench.edit("policy.yaml", "elsewhere: forward", "elsewhere: refuse");
    bench.edit("out/us/gateway.yaml", "TLSV1_2", "TLSV1_0");
    fs::remove_file(bench.at("out/us/sidecar.yaml")).expect("a file");
    let before = bench.files();
    let run = bench.run(&["--check"]);
    assert_eq!(run.code, 1);
    for line in [
        "stale: us/virtual-service.yaml\n",
        "extra: us/service-entry.yaml\n",
        "missing: us/sidecar.yaml\n",
        "changed by hand: us/gateway.yaml\n",
    ] {
        assert!(run.out.contains(line), "no `{line}` in:\n{}", run.out);
    }
    assert_eq!(bench.files(), before);
}

#[test]
fn removes_what_the_policy_no_longer_needs() {
    let bench = Bench::new();
    bench.run(&[]);
    fs::write(bench.at("out/us/mine.yaml"), "mine").expect("writable");
    bench.edit("policy.yaml", "elsewhere: forward", "elsewhere: refuse");
    let run = bench.run(&[]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(!bench.at("out/us/service-entry.yaml").exists());
    assert!(bench.at("out/us/mine.yaml").exists());
    assert!(!fs::read_to_string(bench.at("out/us/kustomization.yaml")).expect("a file").contains("service-entry"));
}

#[test]
fn one_cluster_leaves_the_others_alone() {
    let bench = Bench::new();
    bench.run(&[]);
    let eu = || bench.files().into_iter().filter(|(path, _)| path.starts_with(bench.at("out/eu"))).collect::<Vec<_>>();
    let before = eu();
    bench.edit("policy.yaml", "mtls: strict", "mtls: permissive");
    let run = bench.run(&["--cluster", "us"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(eu(), before);
    assert_eq!(bench.run(&["--cluster", "us", "--check"]).code, 0);
    assert_eq!(bench.run(&["--check"]).code, 1, "the other cluster is out of date now");
}

#[test]
fn a_cluster_that_the_policy_lacks_is_a_usage_error() {
    let bench = Bench::new();
    let run = bench.run(&["--cluster", "usa"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no cluster `usa`") && run.err.contains("did you mean `us`?"), "{}", run.err);
    assert!(!bench.at("out").exists());
}

#[test]
fn a_policy_with_an_error_writes_nothing() {
    let bench = Bench::new();
    bench.run(&[]);
    let before = bench.files();
    bench.edit("policy.yaml", "tenant_a: {cluster: us}", "tenant_a: {cluster: mars}");
    let run = bench.run(&[]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("mars") && run.out.is_empty(), "{}{}", run.err, run.out);
    assert_eq!(bench.files(), before);
}

#[test]
fn a_policy_without_a_filter_url_is_refused_by_its_check() {
    let bench = Bench::new();
    bench.edit("policy.yaml", "filter:\n  url: oci://registry.example.com/tenantry/filter:0.1.0\n", "");
    let run = bench.run(&[]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("TN0226"), "{}", run.err);
    assert!(!bench.at("out").exists());
}

#[test]
fn a_module_that_is_not_there_is_an_error_that_says_how_to_get_it() {
    let bench = Bench::new();
    let run = bench.run(&["--module", "nowhere.wasm"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("no filter module at `nowhere.wasm`"), "{}", run.err);
    assert!(!bench.at("out").exists());
}

#[test]
fn a_module_that_is_not_the_filter_cannot_carry_the_table() {
    let bench = Bench::new();
    fs::write(bench.at("other.wasm"), b"\0asm\x01\0\0\0").expect("writable");
    bench.edit("policy.yaml", "filter:\n", "filter:\n  table: module\n");
    let run = bench.run(&["--module", "other.wasm"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("not the Tenantry filter"), "{}", run.err);
    assert!(!bench.at("out").exists());
}

#[test]
fn what_is_not_the_filter_is_never_packed_whoever_carries_the_table() {
    let bench = Bench::new();
    let cut = &stand_in()[..20];
    for (bytes, why) in [
        (&b""[..], "not a WebAssembly module"),
        (b"apiVersion: tenantry/v1", "not a WebAssembly module"),
        (cut, "not a WebAssembly module"),
        (b"\0asm\x01\0\0\0", "not the Tenantry filter"),
    ] {
        fs::write(bench.at("other.wasm"), bytes).expect("writable");
        let run = bench.run(&["--module", "other.wasm"]);
        assert_eq!(run.code, 1, "{}", run.err);
        let (_, error) = run.err.split_once("error: `other.wasm`: ").unwrap_or_else(|| panic!("{}", run.err));
        assert!(error.contains(why) && error.lines().count() <= 2, "{error}");
        assert!(!bench.at("out").exists());
    }
}

#[test]
fn an_output_directory_that_is_a_file_is_named() {
    for below in ["", "below"] {
        let bench = Bench::new();
        fs::write(bench.at("out"), "mine").expect("writable");
        let out = Path::new("out").join(below);
        for more in [&["--check"][..], &[]] {
            let mut command = Command::cargo_bin("tenantry").expect("the command");
            command.current_dir(bench.dir.path()).args(["compile", "policy.yaml", "--module", "filter.wasm"]);
            let output = command.arg("--out").arg(&out).args(more).output().expect("it runs");
            let err = String::from_utf8(output.stderr).expect("UTF-8");
            assert_eq!(output.status.code(), Some(1), "{err}");
            assert!(err.contains("error: `out` is not a directory") && err.contains("help: name a directory"), "{err}");
        }
        assert_eq!(fs::read_to_string(bench.at("out")).expect("a file"), "mine");
    }
}

#[test]
fn somebody_elses_file_in_the_way_is_an_error_and_nothing_is_written() {
    let bench = Bench::new();
    fs::create_dir_all(bench.at("out/us")).expect("writable");
    fs::write(bench.at("out/us/gateway.yaml"), "mine").expect("writable");
    let run = bench.run(&[]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("`us/gateway.yaml`") && run.err.contains("help: "), "{}", run.err);
    assert_eq!(bench.files().len(), 1);
}

#[test]
fn a_cluster_cannot_take_the_filters_directory() {
    let bench = Bench::new();
    let text = fs::read_to_string(bench.at("policy.yaml")).expect("a policy");
    let text = text.replace("  eu: {endpoint", "  filter: {endpoint").replace("cluster: eu", "cluster: filter");
    let text = text.replace(" eu: [10.", " filter: [10.");
    fs::write(bench.at("policy.yaml"), text).expect("writable");
    let run = bench.run(&[]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("TN0300"), "{}", run.err);
    assert!(!bench.at("out").exists());
}

#[test]
fn services_cannot_live_with_the_control_plane() {
    let bench = Bench::new();
    bench.edit("policy.yaml", "namespace: default", "namespace: istio-system");
    let run = bench.run(&[]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("TN0301"), "{}", run.err);
    assert!(!bench.at("out").exists());
}

#[test]
fn two_parts_of_a_policy_that_ask_for_the_same_object_are_refused() {
    let bench = Bench::new();
    bench.edit("policy.yaml", "  ollama: {port: 11434", "  phoenix: {port: 11434");
    bench.edit("policy.yaml", "mode: per-tenant", "mode: enrich");
    let run = bench.run(&[]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("`Telemetry default/phoenix`"), "{}", run.err);
    assert!(!bench.at("out").exists());
}

#[test]
fn a_large_inline_table_is_reported_with_its_size() {
    let bench = Bench::new();
    let rows: String = (0..9_000).map(|index| format!("tenant_number_{index:05},us,standard,active\n")).collect();
    fs::write(bench.at("tenants.csv"), format!("id,cluster,tier,status\n{rows}")).expect("writable");
    bench.edit("policy.yaml", "\nservices:\n", "\ntenantsFrom: [tenants.csv]\n\nservices:\n");
    bench.edit("policy.yaml", "filter:\n", "filter:\n  table: inline\n");
    // So many do not fit into the rules of an ALB.
    bench.edit("policy.yaml", "aws-alb, ", "");
    let run = bench.run(&[]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("TN0296"), "{}", run.err);
    bench.edit("policy.yaml", "table: inline", "table: auto");
    let run = bench.run(&[]);
    assert!(!run.err.contains("TN0296"), "{}", run.err);
}
