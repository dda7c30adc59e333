//! What clients reach: the port that redirects, and the one that decides.

use super::text::{address, quote};
use super::{ANY, SUSPENDED, TENANTS, certificate};
use crate::emit::front_door::pattern;
use crate::plan::door::{DoorPlan, Refusal};
use tenantry_engine::code::Code;
use tenantry_engine::config::MAX_ID_BYTES;
use tenantry_engine::decision::STAMP_PREFIX;

/// Both frontends.
pub fn emit(plan: &DoorPlan) -> [String; 2] {
    [redirect(plan), decide(plan)]
}

fn redirect(plan: &DoorPlan) -> String {
    let port = if plan.listen.https == 443 { String::new() } else { format!(":{}", plan.listen.https) };
    format!(
        "frontend _http
    bind {}
{}    http-request redirect location https://%[var(txn.host)]{port}%[pathq] code 308
",
        address(plan.listen.address, plan.listen.http),
        host(plan)
    )
}

fn decide(plan: &DoorPlan) -> String {
    [
        "frontend _https\n",
        &certificate::bind(plan, &address(plan.listen.address, plan.listen.https)),
        &host(plan),
        &headers(),
        &exempt(plan),
        &form(plan),
        &way(plan),
    ]
    .concat()
}

/// Refuses hosts that are not served. The host is checked without its port, in lower case.
fn host(plan: &DoorPlan) -> String {
    let whole: Vec<&str> = plan.hosts.iter().map(String::as_str).filter(|host| !host.starts_with('*')).collect();
    let mut rules = "    http-request set-var(txn.host) req.hdr(host),host_only\n".to_owned();
    if !whole.is_empty() {
        rules += &format!("    acl served var(txn.host) -m str {}\n", whole.join(" "));
    }
    for wildcard in plan.hosts.iter().filter(|host| host.starts_with('*')) {
        rules += &format!("    acl served var(txn.host) -m reg {}\n", quote(&pattern::host(wildcard)));
    }
    rules + &refuse(Code::HostUnknown, "unless served")
}

/// What clients may not say.
fn headers() -> String {
    format!(
        "
    # Only the mesh itself sets these, and only this proxy says for whom it asks.
    http-request del-header {} -m reg
    http-request del-header x-forwarded- -m beg
    http-request del-header forwarded
    http-request set-header X-Forwarded-For %[src]
    http-request set-header X-Forwarded-Proto https
",
        quote(&format!("^{}", pattern::alike(STAMP_PREFIX)))
    )
}

/// Exempt paths need no tenant, and get none.
fn exempt(plan: &DoorPlan) -> String {
    if plan.exempt.is_empty() {
        return String::new();
    }
    format!(
        "
    # Any cluster answers these, for no tenant.
    acl exempt path -m str {}
    http-request del-header {} -m reg if exempt
    http-request set-var(txn.way) str({ANY}) if exempt
    http-request allow if exempt
",
        plan.exempt.iter().map(|path| quote(path)).collect::<Vec<String>>().join(" "),
        quote(&format!("^{}$", pattern::alike(&plan.header)))
    )
}

/// The request has to have exactly one well-formed tenant header.
fn form(plan: &DoorPlan) -> String {
    let header = &plan.header;
    let look_alike = pattern::look_alike(header).map(|names| {
        let names = quote(&format!("(^|,){names}(,|$)"));
        refuse(Code::TenantMalformed, &format!("if {{ req.hdr_names -m reg -i {names} }}"))
    });
    [
        "\n    # Exactly one tenant header of the right form.\n",
        &look_alike.unwrap_or_default(),
        &refuse(Code::TenantMissing, &format!("if {{ req.fhdr_cnt({header}) eq 0 }}")),
        &refuse(Code::TenantAmbiguous, &format!("if {{ req.fhdr_cnt({header}) gt 1 }}")),
        &refuse(Code::TenantAmbiguous, &format!("if {{ req.fhdr({header}) -m sub , }}")),
        &refuse(Code::TenantMalformed, &format!("if {{ req.fhdr({header}) -m len gt {MAX_ID_BYTES} }}")),
        &refuse(
            Code::TenantMalformed,
            &format!("unless {{ req.fhdr({header}) -m reg {} }}", quote(&format!("^({})$", pattern::id(plan.ids)))),
        ),
    ]
    .concat()
}

/// Where the tenant goes. Nobody goes anywhere by default.
fn way(plan: &DoorPlan) -> String {
    format!(
        "
    # The tenant's clusters, home first, are the backend's name.
    http-request set-var(txn.way) req.fhdr({}),map_str({TENANTS})
{}{}    use_backend %[var(txn.way)]
",
        plan.header,
        refuse(Code::TenantUnknown, "unless { var(txn.way) -m found }"),
        refuse(Code::TenantSuspended, &format!("if {{ var(txn.way) -m str {SUSPENDED} }}")),
    )
}

fn refuse(code: Code, condition: &str) -> String {
    let refusal = Refusal::Filter(code);
    format!(
        "    http-request return status {} content-type {} hdr Cache-Control no-store string {} {condition}\n",
        refusal.status(),
        Refusal::CONTENT_TYPE,
        quote(&refusal.document()),
    )
}
