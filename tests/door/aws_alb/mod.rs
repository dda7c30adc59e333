//! What a policy compiles to for the Application Load Balancer of AWS: held against AWS's own API model, run by the real
//! command line before a stand-in for AWS, and its rules evaluated.

mod apply;
mod model;
mod refusals;
mod rules;

use tempfile::TempDir;
use tenantry_tests::aws::{Case, Outcome, Request, Snapshot, Tenant};

/// Both ways in which AWS may read a regular expression.
const CASES: [Case; 2] = [Case::Minded, Case::Ignored];

fn folder() -> TempDir {
    TempDir::with_prefix("tenantry-alb-").expect("a temporary directory")
}

/// Tenants of every sort: by turns at home in `us` and `eu`, one in three with a failover, one in ten suspended.
fn tenants(count: usize) -> Vec<Tenant> {
    (0..count)
        .map(|number| Tenant {
            failover: number % 3 == 0,
            suspended: number % 10 == 9,
            ..Tenant::new(format!("org{}:tenant_{number}", number % 7), if number % 2 == 0 { "us" } else { "eu" })
        })
        .collect()
}

/// Holds what becomes of everybody's requests against `forwarded`, which says where a tenant's have to go.
fn assert_decides(at: &Snapshot, tenants: &[Tenant], every: &[String], forwarded: impl Fn(&Tenant) -> Outcome) {
    for case in CASES {
        for tenant in tenants {
            let expected = if tenant.suspended { refused(403, "tenant-suspended") } else { forwarded(tenant) };
            assert_eq!(at.outcome(&Request::of(&tenant.id), case), expected, "{tenant:?} {case:?}");
        }
        for path in ["/health", "/health/live", "/health/ready"] {
            let expected = Outcome::Forwarded(every.to_vec());
            assert_eq!(at.outcome(&Request::to(path), case), expected, "{path}");
            assert_eq!(at.outcome(&Request::to(path).with("X-Tenant-ID", "nobody"), case), expected, "{path}");
        }
        let cases = [
            (Request::to("/search"), (400, "tenant-missing")),
            (Request::to("/healthy"), (400, "tenant-missing")),
            (Request::to("/health/"), (400, "tenant-missing")),
            (Request::to("/search").with("x_tenant_id", "acme_corp"), (400, "tenant-missing")),
            (Request::of("nobody"), (403, "tenant-unknown")),
            (Request::of("acme_corp2"), (403, "tenant-unknown")),
            (Request::of("acme_cor"), (403, "tenant-unknown")),
            (Request::of(""), (400, "tenant-malformed")),
            (Request::of("acme corp"), (400, "tenant-malformed")),
            (Request::of("acme_corp|nobody"), (400, "tenant-malformed")),
            (Request::of("__system"), (400, "tenant-malformed")),
            (Request::of("a:b:c"), (400, "tenant-malformed")),
            (Request::of("acme_corp, globex_inc"), (400, "tenant-ambiguous")),
            (Request::of("acme_corp,acme_corp"), (400, "tenant-ambiguous")),
            (Request::of("acme_corp").at("other.example.com"), (404, "host-unknown")),
            (Request::to("/health").at("api.cogniverse.com.example.com"), (404, "host-unknown")),
        ];
        for (request, (status, code)) in cases {
            assert_eq!(at.outcome(&request, case), refused(status, code), "{request:?} {case:?}");
        }
    }
}

fn refused(status: u16, code: &str) -> Outcome {
    Outcome::Refused(status, code.to_owned())
}
