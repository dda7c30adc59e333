//! The demo's table: `explain` and every Envoy give what it expects.

use tenantry::explain::Explainer;
use tenantry_tests::demo::send::send;
use tenantry_tests::demo::table::{Row, Table};
use tenantry_tests::envoy::{VERSIONS, binary, module, workspace};
use tenantry_tests::policy::load;

fn table() -> Table {
    Table::read(&workspace().join("policies/cogniverse.requests.yaml")).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn explain_says_what_the_table_expects() {
    let table = table();
    let (policy, sources) = load(&table.policy).unwrap_or_else(|errors| panic!("{errors}"));
    for row in &table.requests {
        let there = row.expect.cluster.as_ref().unwrap_or(&row.at);
        let explainer = Explainer::new(&policy, &sources, &row.at).unwrap();
        let explanation = explainer.explain(&row.asked().unwrap());
        if row.flood.is_some() {
            // One request alone is admitted, and charged.
            assert!(explanation.why.iter().any(|why| why.reason == "charged"), "{}: {explanation:#?}", row.name);
            continue;
        }
        assert_eq!(explanation.verdict, row.expect.verdict, "{}: {explanation:#?}", row.name);
        assert_eq!(explanation.code, row.expect.code, "{}", row.name);
        assert_eq!(explanation.status, row.expect.status, "{}", row.name);
        if explanation.verdict == "forward" {
            assert_eq!(explanation.cluster.as_ref(), Some(there), "{}", row.name);
            // The other cluster's gateway gets the same request, and decides where it goes.
            let explainer = Explainer::new(&policy, &sources, there).unwrap();
            service(row, &explainer.explain(&row.asked().unwrap()));
        } else {
            service(row, &explanation);
        }
    }
}

fn service(row: &Row, explanation: &tenantry::explain::Explanation) {
    let expect = &row.expect;
    assert!(expect.service.is_none() || expect.service == explanation.service, "{}: {explanation:#?}", row.name);
    assert!(expect.release.is_none() || expect.release == explanation.release, "{}: {explanation:#?}", row.name);
}

#[test]
fn every_envoy_does_what_the_table_expects() {
    use tenantry::try_::session::{Session, Setup};
    let table = table();
    let (policy, _) = load(&table.policy).unwrap_or_else(|errors| panic!("{errors}"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for version in VERSIONS {
        let setup = Setup { envoy: binary(version), module: module(), clusters: Vec::new(), workers: 2 };
        let session = runtime.block_on(Session::start(&policy, &setup)).unwrap();
        for row in &table.requests {
            let seen = send(row, session.address(&row.at).unwrap(), session.issuer()).unwrap();
            assert_eq!(seen.differences(&row.expect), [""; 0], "Envoy {version}: {}", row.name);
        }
        runtime.block_on(session.stop());
    }
}
