//! Requests by chance: near to what a policy allows, and near to what it must not.

use super::policies::Draft;
use tenantry_tests::dice::Dice;

/// A request that all three judges get.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The method.
    pub method: &'static str,
    /// The host, perhaps with a port.
    pub host: String,
    /// Path and query as sent.
    pub target: String,
    /// Headers in order, besides the host and the token.
    pub headers: Vec<(String, String)>,
    /// The tenant that a good token names.
    pub claim: Option<String>,
    /// A body, sent in so many chunks, or with its length where that is 0.
    pub body: Option<(String, usize)>,
}

/// A request for a policy.
pub fn ask(dice: &mut Dice, draft: &Draft) -> Ask {
    let mut ask = Ask {
        method: dice.pick(&["GET", "GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]),
        host: host(dice, draft),
        target: target(dice, draft),
        headers: Vec::new(),
        claim: None,
        body: None,
    };
    let tenant = tenant(dice, draft);
    tenant_headers(dice, draft, &tenant, &mut ask.headers);
    if draft.token && dice.chance(70) {
        ask.claim = Some(if dice.chance(80) { tenant.clone() } else { self::tenant(dice, draft) });
    }
    for (name, value) in &draft.choosers {
        if dice.chance(25) {
            let value = if dice.chance(75) { value.clone() } else { dice.pick(&["no", "yes, yes", ""]).to_owned() };
            ask.headers.push((name.clone(), value));
        }
    }
    if dice.chance(20) {
        let name = dice.pick(&[
            "x-tenantry-cluster",
            "X-Tenantry-Track",
            "x_tenantry_track",
            "x-tenantry-tier",
            "x-tenantry_cluster",
            "X-Tenantry-",
        ]);
        let value = dice.pick(&["us", "eu", "r0", "r1", "r2", "paid"]);
        ask.headers.push((name.to_owned(), value.to_owned()));
    }
    if ask.method != "HEAD" && dice.chance(40) {
        body(dice, draft, &tenant, &mut ask);
    }
    ask
}

fn host(dice: &mut Dice, draft: &Draft) -> String {
    let host = dice.choose(&draft.hosts).clone();
    match dice.below(40) {
        0 => host.to_ascii_uppercase(),
        1 => format!("{host}:8443"),
        2 => "internal.example.org".to_owned(),
        3 => format!("sub.{host}"),
        4 => format!("{host}."),
        _ => host,
    }
}

fn target(dice: &mut Dice, draft: &Draft) -> String {
    let base = dice.choose(&draft.paths).clone();
    let base = if base == "/" { String::new() } else { base };
    let path = match dice.below(45) {
        0 => format!("{base}/"),
        1 => format!("{base}/x/y?q=1&p=/../z"),
        2 => format!("{base}x"),
        3 => format!("/{base}"),
        4 => format!("{base}//x"),
        5 => format!("/y/..{base}"),
        6 => format!("{base}/../admin"),
        7 => format!("{base}/..%2fadmin"),
        8 => format!("{base}%2f..%2Fapi"),
        9 => format!("{base}/%2e%2e/api"),
        10 => format!("{base}/..;/admin"),
        11 => format!("{base}/%2e%2e;x/admin"),
        12 => format!("{base}%00"),
        13 => format!("{base}/%zz"),
        14 => format!("{base}/%0a"),
        15 => format!("{base}/a%20b%7e?x=%2f"),
        16 => format!("{base}\\..\\admin"),
        17 => base.replace('a', "%61"),
        18 => base.to_ascii_uppercase(),
        19 => "/nowhere".to_owned(),
        20 => format!("{base}/x\"<>|y"),
        21 => format!("{base};x=1"),
        22 => format!("{base};/y;z"),
        _ => base,
    };
    if path.starts_with('/') { path } else { format!("/{path}") }
}

fn tenant(dice: &mut Dice, draft: &Draft) -> String {
    let known = dice.choose(&draft.tenants).clone();
    match dice.below(45) {
        0 => "nobody".to_owned(),
        1 => format!("{known}x"),
        2 => known.to_ascii_uppercase(),
        3 => format!("{known},{known}"),
        4 => format!("__{known}"),
        5 => format!("{known} "),
        6 => format!("{known}:x"),
        7 => String::new(),
        8 => "a".repeat(129),
        9 => format!("{known}\u{e9}"),
        10 => "99999999-9999-4999-8999-999999999999".to_owned(),
        _ => known,
    }
}

fn tenant_headers(dice: &mut Dice, draft: &Draft, tenant: &str, headers: &mut Vec<(String, String)>) {
    let name = if dice.chance(50) { draft.header.clone() } else { draft.header.to_ascii_lowercase() };
    let look_alike = draft.header.replace('-', "_");
    match dice.below(32) {
        0 => {}
        1 => headers.extend([(name.clone(), tenant.to_owned()), (name, tenant.to_owned())]),
        2 => headers.extend([(name.clone(), tenant.to_owned()), (name, self::tenant(dice, draft))]),
        3 => headers.push((look_alike, tenant.to_owned())),
        4 => headers.extend([(name, tenant.to_owned()), (look_alike, tenant.to_owned())]),
        _ => headers.push((name, tenant.to_owned())),
    }
}

fn body(dice: &mut Dice, draft: &Draft, tenant: &str, ask: &mut Ask) {
    let other = self::tenant(dice, draft);
    let named = if dice.chance(70) { tenant } else { &other };
    let text = match dice.below(14) {
        0 => "{".to_owned(),
        1 => "plain text".to_owned(),
        2 => format!(r#"{{"tenant_id": "{named}", "tenant_id": "{tenant}"}}"#),
        3 => format!(r#"{{"context": {{"tenant": "{named}"}}, "tenant_id": "{tenant}"}}"#),
        4 => format!(r#"{{"\u0074enant_id": "{named}"}}"#),
        5 => r#"{"tenant_id": 7}"#.to_owned(),
        6 => format!(r#"{{"pad": "{}", "tenant_id": "{named}"}}"#, "x".repeat(2000)),
        7 => format!(r#"[{{"tenant_id": "{named}"}}]"#),
        8 => String::new(),
        9 => format!("{{\"tenant_id\": \"{tenant}\"}}\n{{\"tenant_id\": \"{named}\"}}\n"),
        10 => format!(r#"{{"tenant_\u0131d": "{named}"}}"#),
        _ => format!(r#"{{"tenant_id": "{named}", "q": [1, 2.5e3, null, true]}}"#),
    };
    let kind = dice.pick(&[
        "application/json",
        "application/json",
        "application/json",
        "application/vnd.api+json; charset=utf-8",
        "text/plain",
        "text/plain",
        "application/json, text/plain",
        "application/x-ndjson",
    ]);
    ask.headers.push(("Content-Type".to_owned(), kind.to_owned()));
    if dice.chance(8) {
        ask.headers.push(("Content-Encoding".to_owned(), dice.pick(&["gzip", "identity"]).to_owned()));
    }
    ask.body = Some((text, dice.below(4)));
}
