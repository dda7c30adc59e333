//! The reference policies' tables: `explain` and every Envoy give what they expect.

use std::path::{Path, PathBuf};
use tenantry::explain::{Explainer, Explanation};
use tenantry::try_::session::{Session, Setup};
use tenantry_tests::demo::send::send;
use tenantry_tests::demo::table::{Row, Table};
use tenantry_tests::envoy::{VERSIONS, binary, module, workspace};
use tenantry_tests::policy::load;

/// Every policy below `policies`, with its table.
fn tables() -> Vec<Table> {
    let mut policies = yaml(&workspace().join("policies"));
    policies.sort();
    let read = |policy: PathBuf| {
        let table = Table::read(&policy.with_extension("requests.yaml")).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(table.policy, policy, "the table beside a policy is about another");
        table
    };
    policies.into_iter().map(read).collect()
}

/// The policy files in `directory` and below it.
fn yaml(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let (directories, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let policies = files.into_iter().filter(|path| name(path).ends_with(".yaml") && !name(path).contains(".requests."));
    policies.chain(directories.iter().flat_map(|directory| yaml(directory))).collect()
}

#[test]
fn explain_says_what_the_tables_expect() {
    for table in tables() {
        let (policy, sources) = load(&table.policy).unwrap_or_else(|errors| panic!("{errors}"));
        for row in &table.requests {
            explained(row, |cluster| {
                Explainer::new(&policy, &sources, cluster).unwrap().explain(&row.asked().unwrap())
            });
        }
    }
}

/// Holds what `explain` says at a cluster against a row.
fn explained(row: &Row, explain: impl Fn(&str) -> Explanation) {
    let explanation = explain(&row.at);
    if row.flood.is_some() {
        // One request alone is admitted, and charged.
        assert!(explanation.why.iter().any(|why| why.reason == "charged"), "{}: {explanation:#?}", row.name);
        return;
    }
    assert_eq!(explanation.verdict, row.expect.verdict, "{}: {explanation:#?}", row.name);
    assert_eq!(explanation.code, row.expect.code, "{}", row.name);
    assert_eq!(explanation.status, row.expect.status, "{}", row.name);
    if explanation.verdict == "forward" {
        let there = row.expect.cluster.as_ref().unwrap_or(&row.at);
        assert_eq!(explanation.cluster.as_ref(), Some(there), "{}", row.name);
        // The other cluster's gateway gets the same request, and decides where it goes.
        service(row, &explain(there));
    } else {
        service(row, &explanation);
    }
}

fn service(row: &Row, explanation: &Explanation) {
    let expect = &row.expect;
    assert!(expect.service.is_none() || expect.service == explanation.service, "{}: {explanation:#?}", row.name);
    assert!(expect.release.is_none() || expect.release == explanation.release, "{}: {explanation:#?}", row.name);
}

#[test]
fn every_envoy_does_what_the_tables_expect() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (table, version) in tables().iter().flat_map(|table| VERSIONS.map(|version| (table, version))) {
        let (policy, _) = load(&table.policy).unwrap_or_else(|errors| panic!("{errors}"));
        let setup = Setup { envoy: binary(version), module: module(), clusters: Vec::new(), workers: 2, phoenix: None };
        let session = runtime.block_on(Session::start(&policy, &setup)).unwrap();
        for row in &table.requests {
            let seen = send(row, session.address(&row.at).unwrap(), session.issuer()).unwrap();
            let differences = seen.differences(&row.expect);
            assert_eq!(differences, [""; 0], "Envoy {version}, {}: {}", table.policy.display(), row.name);
        }
        runtime.block_on(session.stop());
    }
}
