//! The compiled rules, evaluated.

use super::{CASES, assert_decides, folder, tenants};
use std::collections::BTreeSet;
use tenantry::plan::door;
use tenantry_tests::aws::{Case, Outcome, Request, Snapshot, Tenant, policy};

fn way(kind: &str, clusters: &[&str]) -> Outcome {
    Outcome::Forwarded(vec![format!("@way/{kind}/{}@", clusters.join("."))])
}

#[test]
fn every_tenant_goes_where_the_plan_says() {
    for count in [0, 1, 40, 400] {
        let folder = folder();
        let all: Vec<Tenant> = tenants(count)
            .into_iter()
            .chain([Tenant::new("acme_corp", "us"), Tenant::new("globex_inc", "eu")])
            .collect();
        let policy = policy(folder.path(), &all, &[]);
        let rules = Snapshot::compiled(&folder.path().join("aws-alb"));
        assert_decides(&rules, &all, &["@every/http@".to_owned()], |tenant| way("http", &tenant.way()));
        // The list of tenants above and the plan are two ways to say the same.
        let plan = door::plan(&policy, false).expect("a front door");
        for tenant in &plan.tenants {
            let expected = tenant.way.map(|index| plan.ways[index].clusters.join("."));
            let listed = all.iter().find(|listed| listed.id == tenant.id).expect("a tenant of the list");
            assert_eq!(expected, (!listed.suspended).then(|| listed.way().join(".")), "{}", tenant.id);
        }
    }
}

#[test]
fn calls_of_grpc_have_groups_of_their_own() {
    let folder = folder();
    let all = tenants(30);
    let _ = policy(folder.path(), &all, &[("    port: 8000\n", "    port: 8000\n    protocol: grpc\n")]);
    let rules = Snapshot::compiled(&folder.path().join("aws-alb"));
    for tenant in all.iter().filter(|tenant| !tenant.suspended) {
        for case in CASES {
            let sent = |kind: &str| rules.outcome(&Request::of(&tenant.id).with("Content-Type", kind), case);
            for kind in ["application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8"] {
                assert_eq!(sent(kind), way("grpc", &tenant.way()), "{kind}");
            }
            for kind in ["application/json", "application/grpc-web", "text/application/grpc"] {
                assert_eq!(sent(kind), way("http", &tenant.way()), "{kind}");
            }
        }
    }
    let call = Request::to("/health").with("content-type", "application/grpc");
    assert_eq!(rules.outcome(&call, Case::Minded), Outcome::Forwarded(vec!["@every/grpc@".to_owned()]));
}

#[test]
fn a_policy_of_several_hosts_serves_them_and_no_other() {
    let folder = folder();
    let hosts = [("[api.cogniverse.com]", "[api.cogniverse.com, \"*.cogniverse.example\", www.cogniverse.org]")];
    let all = tenants(60);
    let _ = policy(folder.path(), &all, &hosts);
    let rules = Snapshot::compiled(&folder.path().join("aws-alb"));
    for case in CASES {
        for host in ["api.cogniverse.com", "a.cogniverse.example", "a.b.cogniverse.example", "www.cogniverse.org"] {
            let served = rules.outcome(&Request::of(&all[0].id).at(host), case);
            assert_eq!(served, way("http", &all[0].way()), "{host}");
        }
        for host in ["apixcogniverse.com", "cogniverse.example", "a.cogniverse.example.com", "www.cogniverse.org.uk"] {
            let refused = rules.outcome(&Request::of(&all[0].id).at(host), case);
            assert_eq!(refused, super::refused(404, "host-unknown"), "{host}");
        }
    }
}

#[test]
fn a_policy_of_every_host_refuses_what_names_no_tenant() {
    let folder = folder();
    let all = tenants(5);
    let _ = policy(folder.path(), &all, &[("[api.cogniverse.com]", "[\"*\"]")]);
    let rules = Snapshot::compiled(&folder.path().join("aws-alb"));
    let anywhere = |request: Request| rules.outcome(&request.at("anywhere.example"), Case::Minded);
    assert_eq!(anywhere(Request::of(&all[0].id)), way("http", &all[0].way()));
    assert_eq!(anywhere(Request::to("/search")), super::refused(400, "tenant-missing"));
}

/// A request with two tenants goes to the home of one, where the gateway's filter refuses it: to no other place.
#[test]
fn what_names_two_tenants_goes_to_one_of_them_or_nowhere() {
    let folder = folder();
    let all = tenants(50);
    let _ = policy(folder.path(), &all, &[]);
    let rules = Snapshot::compiled(&folder.path().join("aws-alb"));
    for pair in all.windows(2) {
        let request = Request::of(&pair[0].id).with("x-tenant-id", &pair[1].id);
        for case in CASES {
            let possible =
                [way("http", &pair[0].way()), way("http", &pair[1].way()), super::refused(403, "tenant-suspended")];
            assert!(possible.contains(&rules.outcome(&request, case)), "{pair:?}");
        }
    }
}

#[test]
fn ids_that_only_look_alike_go_nowhere() {
    let folder = folder();
    let all = tenants(200);
    let policy = policy(folder.path(), &all, &[]);
    let rules = Snapshot::compiled(&folder.path().join("aws-alb"));
    let known: BTreeSet<&str> = all.iter().map(|tenant| tenant.id.as_str()).collect();
    let alike = all.iter().flat_map(|tenant| {
        let id = &tenant.id;
        let cut = |at: usize| id[..at].to_owned();
        [
            id.to_uppercase(),
            format!("{id}0"),
            format!("0{id}"),
            format!("{id}|"),
            format!("({id})"),
            format!("^{id}$"),
            id.replace('_', "."),
            id.replace(':', ":+"),
            cut(id.len() - 1),
            cut(1),
            format!("{id}\t"),
        ]
    });
    for id in alike.filter(|id| !known.contains(id.as_str())) {
        let expected = match policy.tenancy.ids.check(id.as_bytes()) {
            Some(_) => super::refused(403, "tenant-unknown"),
            None => super::refused(400, "tenant-malformed"),
        };
        assert_eq!(rules.outcome(&Request::of(&id), Case::Minded), expected, "{id:?}");
    }
}
