//! Tenant files.

use crate::support::{complete, cpu_time, load_bytes, report};
use std::fmt::Write as _;
use std::time::Duration;

const POLICY: &str = "\
tenancy:
  ids: slug
  tiers: {standard: {}, gold: {}}
  default: {tier: standard}
tenants: {acme: {cluster: us}}
tenantsFrom: [tenants.csv]
";

fn with(csv: &str) -> String {
    report(complete(POLICY).as_bytes(), &[("tenants.csv", csv)])
}

#[test]
fn a_good_file_is_read_in_any_column_order_with_blanks_quotes_and_a_mark() {
    let csv = "\u{feff}status, cluster ,id\r\n,us,globex\r\nsuspended,\"eu\", initech \r\n\r\nactive,us,umbrella\r\n";
    let (_directory, loaded) = load_bytes(complete(POLICY).as_bytes(), &[("tenants.csv", csv)]);
    let policy = loaded.policy.expect("a good file");
    let tenants: Vec<_> =
        policy.tenants.iter().map(|it| (it.id.as_str(), it.cluster.as_str(), it.tier.as_str(), it.suspended)).collect();
    assert_eq!(
        tenants,
        [
            ("acme", "us", "standard", false),
            ("globex", "us", "standard", false),
            ("initech", "eu", "standard", true),
            ("umbrella", "us", "standard", false),
        ]
    );
    for tenant in &policy.tenants[1..] {
        let file = loaded.sources.file(tenant.span.file);
        assert_eq!(file.text[tenant.span.start as usize..tenant.span.end as usize].trim(), tenant.id);
    }
}

#[test]
fn a_tenant_may_fail_over_and_move() {
    let csv = "id,cluster,failover,moveTo\nglobex,us,,eu\ninitech,us, eu ,\numbrella,eu,,\n";
    let (_directory, loaded) = load_bytes(complete(POLICY).as_bytes(), &[("tenants.csv", csv)]);
    let policy = loaded.policy.expect("a good file");
    let tenants: Vec<_> =
        policy.tenants.iter().map(|it| (it.id.as_str(), it.failover.join(" "), it.move_to.as_deref())).collect();
    let expected = [("acme", "", None), ("globex", "", Some("eu")), ("initech", "eu", None), ("umbrella", "", None)];
    assert_eq!(tenants, expected.map(|(id, failover, to)| (id, failover.to_owned(), to)));
}

#[test]
fn a_tenant_fails_over_and_moves_to_other_clusters_only() {
    insta::assert_snapshot!(with(
        "id,cluster,failover,moveTo\n\
         globex,us,us,\n\
         initech,us,eu mars,\n\
         umbrella,us,eu eu,\n\
         hooli,us,,us\n\
         soylent,us,,mars\n"
    ));
}

#[test]
fn every_wrong_row_is_reported_with_line_and_column() {
    insta::assert_snapshot!(with(
        "id,cluster,tier,status\n\
         globex,us,gold,\n\
         Initech,us,,\n\
         umbrella,mars,,\n\
         hooli,us,glod,sleeping\n\
         acme,eu,,\n\
         globex,eu,,\n\
         ,us,,\n\
         soylent,,,\n\
         tyrell,us,,,extra\n\
         \"quoted,us\",us,,\n"
    ));
}

#[test]
fn a_file_without_its_header_is_refused() {
    insta::assert_snapshot!(with("globex,us,gold,\ninitech,eu,,\n"));
}

#[test]
fn a_file_of_semicolons_is_refused() {
    insta::assert_snapshot!(with("id;cluster;tier;status\nglobex;us;gold;\n"));
}

#[test]
fn an_empty_file_is_refused() {
    insta::assert_snapshot!(with(""));
}

#[test]
fn columns_are_known_and_named_once() {
    insta::assert_snapshot!(with("id,clustr,tier,tier,owner\nglobex,us,gold,gold,x\n"));
}

#[test]
fn duplicates_are_found_across_files() {
    let policy = complete(&POLICY.replace("[tenants.csv]", "[a.csv, b.csv]"));
    let csv = "id,cluster\nglobex,us\n";
    insta::assert_snapshot!(report(policy.as_bytes(), &[("a.csv", csv), ("b.csv", csv)]));
}

#[test]
fn files_are_found_beside_the_policy_only() {
    let absolute = POLICY.replace("[tenants.csv]", "[/etc/passwd, C:/tenants.csv, \"a\\\\b.csv\"]");
    insta::assert_snapshot!("absolute_paths", report(complete(&absolute).as_bytes(), &[]));
    let outside = POLICY.replace("[tenants.csv]", "[../tenants.csv, sub/../../x.csv, missing.csv, missing.csv, .]");
    insta::assert_snapshot!("paths_elsewhere", report(complete(&outside).as_bytes(), &[]));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_directory_is_not_followed() {
    let outside = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(outside.path(), "id,cluster\nsecret,us\n").expect("its text");
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::os::unix::fs::symlink(outside.path(), directory.path().join("tenants.csv")).expect("a link");
    let path = directory.path().join("policy.yaml");
    std::fs::write(&path, complete(POLICY)).expect("the policy");
    let loaded = tenantry::resolve::load(&path);
    assert!(loaded.policy.is_none());
    let found: Vec<_> = loaded.diagnostics.iter().map(|it| (it.rule.code, it.message.as_str())).collect();
    assert_eq!(found, [("TN0110", "`tenants.csv` is outside the directory of the policy")]);
}

#[test]
fn a_file_that_is_not_utf8_is_refused_at_the_byte() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(directory.path().join("tenants.csv"), b"id,cluster\nglob\xe9x,us\n").expect("the file");
    let path = directory.path().join("policy.yaml");
    std::fs::write(&path, complete(POLICY)).expect("the policy");
    let loaded = tenantry::resolve::load(&path);
    let [found] = &loaded.diagnostics[..] else { panic!("one diagnostic: {:?}", loaded.diagnostics) };
    assert_eq!(found.rule.code, "TN0003");
    let place = loaded.sources.file(found.primary.0.file).position(found.primary.0.start);
    assert_eq!(place, (2, 5));
}

/// A release build has 0.3 s; a debug build gets what it needs to be told from a quadratic one.
#[test]
fn a_hundred_thousand_rows_are_read_fast() {
    let mut csv = "id,cluster,tier,status\n".to_owned();
    for row in 0..100_000_u32 {
        // Not in order, so that sorting has work to do.
        let id = row.wrapping_mul(2_654_435_761) % 1_000_000_007;
        let _ = writeln!(csv, "tenant-{id:010},{},{},", ["us", "eu"][row as usize % 2], ["", "gold"][row as usize % 2]);
    }
    let start = cpu_time();
    let (_directory, loaded) = load_bytes(complete(POLICY).as_bytes(), &[("tenants.csv", &csv)]);
    let took = cpu_time().saturating_sub(start);
    println!("100,000 rows: {took:?}");
    assert_eq!(loaded.policy.expect("a good file").tenants.len(), 100_001);
    assert!(took < Duration::from_millis(if cfg!(debug_assertions) { 10_000 } else { 300 }), "{took:?}");
}
