//! Requests by chance: near to what a front door lets through, and near to what it must not.

use tenantry::explain::Asked;
use tenantry_tests::dice::Dice;
use tenantry_tests::door::HOST;
use tenantry_tests::envoy::client::{Body, Request};

/// A request, as it is sent and as `explain` is asked about it.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Whether it goes to the port without TLS.
    pub plain: bool,
    /// The method.
    pub method: &'static str,
    /// The host, perhaps with a port.
    pub host: String,
    /// Path and query.
    pub target: String,
    /// Headers in order, besides the host.
    pub headers: Vec<(String, String)>,
    /// A JSON body, if there is one.
    pub body: Option<String>,
}

/// Tenants of the policy, one of them suspended.
const TENANTS: [&str; 6] = ["tenant_a", "tenant_b", "tenant_b", "acme_corp", "globex_inc", "initech"];
/// Near to them.
const OTHERS: [&str; 6] = ["nobody", "Tenant_A", "tenant_a:x", "__tenant_a", "tenant-a", ""];

const PATHS: [&str; 12] = [
    "/search",
    "/search",
    "/search/deep?q=1",
    "/api",
    "/admin",
    "/dashboard/a",
    "/health",
    "/health?deep=1",
    "/health/live",
    "/nowhere",
    "/",
    "/healthy",
];

/// A request.
pub fn ask(dice: &mut Dice) -> Ask {
    let mut ask = Ask {
        plain: dice.chance(4),
        method: dice.pick(&["GET", "GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]),
        host: host(dice),
        target: target(dice),
        headers: Vec::new(),
        body: None,
    };
    tenant_headers(dice, &mut ask.headers);
    if dice.chance(25) {
        let name = dice.pick(&[
            "x-tenantry-cluster",
            "X-Tenantry-Track",
            "x_tenantry_track",
            "x-tenantry-via",
            "x-tenantry-tier",
            "X-Tenantry_Via",
            "x-tenantry-other",
        ]);
        ask.headers.push((name.to_owned(), dice.pick(&["us", "eu", "us,eu", "canary", "gold"]).to_owned()));
    }
    if dice.chance(10) {
        ask.headers.push(("X-Canary-User".to_owned(), dice.pick(&["true", "false"]).to_owned()));
    }
    if ask.method == "POST" && dice.chance(50) {
        let named = tenant(dice);
        ask.body = Some(format!(r#"{{"tenant_id": "{named}"}}"#));
    }
    ask
}

fn host(dice: &mut Dice) -> String {
    match dice.below(32) {
        0 => HOST.to_ascii_uppercase(),
        1 => format!("{HOST}:8443"),
        2 => "internal.example.org".to_owned(),
        3 => format!("sub.{HOST}"),
        4 => format!("{HOST}."),
        _ => HOST.to_owned(),
    }
}

fn target(dice: &mut Dice) -> String {
    let path = dice.pick(&PATHS).to_owned();
    match dice.below(36) {
        0 => format!("/{path}"),
        1 => format!("/x/..{path}"),
        2 => format!("{path}/../health"),
        3 => path.replace('a', "%61"),
        4 => path.replace('/', "%2f").replacen("%2f", "/", 1),
        5 => path.to_ascii_uppercase(),
        6 => format!("{path};x=1"),
        7 => format!("{path}%00"),
        8 => format!("{path}/%zz"),
        9 => format!("{path}/"),
        10 => format!("/x/%2e%2e{path}"),
        11 => format!("{path}%0a"),
        _ => path,
    }
}

fn tenant(dice: &mut Dice) -> String {
    if dice.chance(80) { dice.pick(&TENANTS) } else { dice.pick(&OTHERS) }.to_owned()
}

fn tenant_headers(dice: &mut Dice, headers: &mut Vec<(String, String)>) {
    let name = dice.pick(&["X-Tenant-ID", "x-tenant-id", "X-TENANT-ID"]);
    let look_alike = dice.pick(&["x_tenant_id", "X-Tenant_ID", "x.tenant.id"]);
    let (one, other) = (tenant(dice), tenant(dice));
    let mut add = |name: &str, value: String| headers.push((name.to_owned(), value));
    match dice.below(32) {
        0 => {}
        1 => {
            add(name, one.clone());
            add(name, one);
        }
        2 | 3 => {
            add(name, one);
            add(name, other);
        }
        4 => add(look_alike, one),
        5 => {
            add(name, one);
            add(look_alike, other);
        }
        6 => add(name, format!("{one},{other}")),
        7 => add(name, "a".repeat(129)),
        8 => add(name, format!("{one} x")),
        9 => add(name, format!("{one}\u{e9}")),
        _ => add(name, one),
    }
}

impl Ask {
    /// As `explain` is asked about it.
    pub fn asked(&self) -> Asked {
        let scheme = if self.plain { "http" } else { "https" };
        let mut asked =
            Asked::new(self.method, &format!("{scheme}://{}{}", self.host, self.target)).expect("a request");
        for (name, value) in self.lines() {
            asked.header(&format!("{name}: {value}")).expect("a header");
        }
        asked.body = self.body.clone().map(String::into_bytes);
        asked
    }

    /// As it is sent.
    pub fn request(&self) -> Request {
        let mut request = Request::new(self.method, &self.host, self.target.clone());
        for (name, value) in self.lines() {
            request = request.header(name, value);
        }
        Request { body: self.body.clone().map_or(Body::None, |body| Body::Sized(body.into_bytes())), ..request }
    }

    fn lines(&self) -> impl Iterator<Item = (&str, &str)> {
        let kind = self.body.as_ref().map(|_| ("Content-Type", "application/json"));
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(kind)
    }
}
