//! Policies by chance: every feature of the gateway, in combinations that nobody would write down.

use std::fmt::Write as _;
use tenantry_tests::dice::Dice;

/// A policy's text, and the names in it that requests are made from.
#[derive(Debug)]
pub struct Draft {
    /// The policy.
    pub text: String,
    /// The cluster whose gateway is tried.
    pub here: String,
    /// The tenant header as spelled.
    pub header: String,
    /// Ids of its tenants.
    pub tenants: Vec<String>,
    /// Paths of its routes and its exempt paths.
    pub paths: Vec<String>,
    /// Hosts that it serves, wildcards filled in.
    pub hosts: Vec<String>,
    /// Headers that choose a release.
    pub choosers: Vec<(String, String)>,
    /// Whether requests may carry tokens.
    pub token: bool,
}

const CLUSTERS: [&str; 3] = ["us", "eu", "ap-south"];
const PATHS: [&str; 10] =
    ["/", "/search", "/search/deep", "/api", "/api/v1", "/admin", "/a", "/reports/2024", "/search/deep/er", "/x~y"];

/// The policy of that number under that seed.
pub fn draft(seed: u64, number: u64) -> Draft {
    let dice = &mut Dice::new(seed, number);
    let clusters = &CLUSTERS[..1 + dice.below(3)];
    let (grammar, ids) = dice.choose(&[
        ("org-colon", ["alpha", "beta", "acme:prod", "acme:test", "T_1", "x", "acme"]),
        ("slug", ["alpha", "beta", "a-b", "acme-prod", "0", "x", "acme"]),
        (
            "uuid",
            [
                "00000000-0000-4000-8000-000000000000",
                "00000000-0000-4000-8000-000000000001",
                "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                "f47ac10b-58cc-4372-a567-0e02b2c3d478",
                "123e4567-e89b-12d3-a456-426614174000",
                "123e4567-e89b-12d3-a456-426614174001",
                "123e4567-e89b-12d3-a456-426614174002",
            ],
        ),
    ]);
    let tenants: Vec<String> = ids[..2 + dice.below(5)].iter().map(|&id| id.to_owned()).collect();
    let header = dice.pick(&["X-Tenant-ID", "X-Org", "tenant"]).to_owned();
    let hosts = *dice.choose(&[&["api.example.com"][..], &["*.example.com"], &["api.example.com", "*.apps.test"]]);
    let exempt: Vec<&str> = dice.some(&["/health", "/api/health", "/search"], 40).into_iter().copied().collect();
    let token = dice.chance(50);
    let pointers = dice.pick(&["/tenant_id", "/tenant_id, /context/tenant", ""]);

    let mut text = String::new();
    let mut line = |content: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{content}");
    };
    line("apiVersion: tenantry/v1\nkind: MeshPolicy".to_owned());
    line(format!("metadata: {{name: p{number}, namespace: n{number}}}"));
    line("mesh: {istio: \"1.31\", profile: minimal, mtls: strict, accessLog: json}".to_owned());
    line("filter: {url: \"oci://registry.example.com/filter:1\"}".to_owned());
    line("clusters:".to_owned());
    clusters.iter().for_each(|cluster| line(format!("  {cluster}: {{endpoint: {cluster}.p{number}.example.net}}")));
    let quoted: Vec<String> = hosts.iter().map(|host| format!("\"{host}\"")).collect();
    line(format!("ingress: {{hosts: [{}], tls: {{secret: cert}}}}", quoted.join(", ")));
    line(format!("tenancy:\n  header: {header}\n  ids: {grammar}"));
    line(format!("  elsewhere: {}", dice.pick(&["forward", "redirect", "refuse"])));
    if token {
        let claim = dice.pick(&["tenant_id", "[org, \"tenant.id\"]"]);
        let required = dice.chance(50);
        line(format!(
            "  token: {{issuer: https://id.example.com, jwks: https://id.example.com/keys, claim: {claim}, required: {required}}}"
        ));
    }
    if !pointers.is_empty() {
        let over = dice.pick(&["refuse", "pass"]);
        line(format!("  body: {{pointers: [{pointers}], limit: 1Ki, overLimit: {over}}}"));
    }
    if !exempt.is_empty() {
        line(format!("  exempt: [{}]", exempt.join(", ")));
    }
    line("  tiers:\n    free: {}\n    paid: {rate: 100000/s, burst: 100000}\n  default: {tier: free}".to_owned());
    line("tenants:".to_owned());
    for tenant in &tenants {
        let cluster = dice.pick(clusters);
        let tier = if dice.chance(40) { ", tier: paid" } else { "" };
        let status = if dice.chance(15) { ", status: suspended" } else { "" };
        line(format!("  \"{tenant}\": {{cluster: {cluster}{tier}{status}}}"));
    }
    let mut choosers = Vec::new();
    let services = 1 + dice.below(3);
    line("services:".to_owned());
    for service in 0..services {
        line(format!("  s{service}:\n    port: {}\n    callers: [ingress]", 8000 + service));
        releases(dice, &mut line, &mut choosers);
    }
    let mut paths: Vec<String> = dice.some(&PATHS, 45).into_iter().map(|&path| path.to_owned()).collect();
    if paths.is_empty() {
        paths.push("/search".to_owned());
    }
    // The order matters where paths overlap.
    if dice.chance(50) {
        paths.reverse();
    }
    line("routes:".to_owned());
    for path in &paths {
        let mut route = format!("  - {{path: {path}, to: s{}", dice.below(services));
        if dice.chance(25) {
            let _ = write!(route, ", methods: [{}]", dice.pick(&["GET", "GET, HEAD", "POST", "PUT, POST, DELETE"]));
        }
        if dice.chance(25) {
            let _ = write!(route, ", rewrite: {}", dice.pick(&["/", "/v2", "/v2/deep"]));
        }
        if dice.chance(30) {
            let listed: Vec<String> = dice.some(&tenants, 50).into_iter().map(|id| format!("\"{id}\"")).collect();
            if !listed.is_empty() {
                let _ = write!(route, ", tenants: [{}]", listed.join(", "));
            }
        }
        line(format!("{route}}}"));
    }
    paths.extend(exempt.iter().map(|&path| path.to_owned()));
    Draft {
        here: dice.pick(clusters).to_owned(),
        header,
        tenants,
        paths,
        hosts: hosts.iter().map(|host| host.replace('*', "www")).collect(),
        choosers,
        token,
        text,
    }
}

/// No releases, or two or three of them: by weight, sticky, by header, or several of these.
fn releases(dice: &mut Dice, line: &mut impl FnMut(String), choosers: &mut Vec<(String, String)>) {
    if dice.chance(30) {
        return;
    }
    let sticky = dice.chance(60);
    let weights = *dice.choose(&[&[70, 30][..], &[0, 100], &[100, 0], &[50, 30, 20], &[1, 98, 1]]);
    line("    releases:".to_owned());
    for (index, weight) in weights.iter().enumerate() {
        let mut release = format!("      r{index}: {{labels: {{version: v{index}}}, weight: {weight}");
        if sticky && index > 0 {
            release.push_str(", sticky: tenant");
        }
        if dice.chance(40) && index > 0 {
            let chooser = (format!("x-pick-{index}"), dice.pick(&["yes", "true"]).to_owned());
            let _ = write!(release, ", header: {{{}: \"{}\"}}", chooser.0, chooser.1);
            choosers.push(chooser);
        }
        line(format!("{release}}}"));
    }
}
