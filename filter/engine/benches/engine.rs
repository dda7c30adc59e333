//! What a lookup and a decision cost: `cargo bench -p tenantry-engine`.
//!
//! Sizes take turns within one run and the least of many rounds counts, so that only their ratios matter.

use std::hint::black_box;
use std::time::{Duration, Instant};
use tenantry_engine::body::{Binder, BodyKind, Progress};
use tenantry_engine::config::{Body, OverLimit, PluginConfig, SpanKind, Tenant, Tenants};
use tenantry_engine::request::{Claim, Request};
use tenantry_engine::table::{Attributes, Table, pack};
use tenantry_engine::trace::model::Observer;
use tenantry_engine::{Config, decide};

const SIZES: [usize; 3] = [1, 1_000, 100_000];
const ROUNDS: usize = 15;
const REQUESTS: usize = 20_000;

const CONFIG: &str = r#"{
  "version": 1, "policy": "p", "role": "gateway", "cluster": "us", "header": "x-tenant-id", "ids": "slug",
  "hosts": ["api.example.com"], "elsewhere": "refuse", "clusters": {"us": {"endpoint": "us.example.com"}},
  "tiers": {"gold": {"millirate": 1000, "burst": 1}},
  "routes": [{"path": "/search", "service": "runtime"}, {"path": "/api", "service": "runtime"}],
  "tenants": {"inline": {}}, "stamps": {"tier": true}
}"#;

fn main() {
    let ids: Vec<Vec<String>> = SIZES.iter().map(|&size| (0..size).map(id).collect()).collect();
    let known: Vec<Vec<String>> = ids.iter().map(|ids| shuffled(ids)).collect();
    let unknown: Vec<String> = (0..REQUESTS).map(|n| id(n + 1_000_000)).collect();

    let largest = ids.last().map(Vec::as_slice).unwrap_or_default();
    let packing = least(|| drop(black_box(packed(largest))));
    let bytes = packed(largest).len();
    println!(
        "table of {}: {packing:.1?} to lay out, {:.1} bytes each",
        largest.len(),
        bytes as f64 / largest.len() as f64
    );
    let table = Table::open(Box::new(packed(largest))).expect("it was just laid out");
    println!(
        "  {:.1?} to digest, {:.1?} to verify",
        least(|| assert_ne!(table.digest(), 0)),
        least(|| assert!(table.verify(1).is_ok()))
    );

    let tables: Vec<Table> = ids.iter().map(|ids| Table::open(Box::new(packed(ids))).expect("just laid out")).collect();
    compare("lookup of a member", |size| {
        known[size].iter().for_each(|id| assert!(tables[size].lookup(id.as_bytes()).is_some()))
    });
    compare("lookup of another", |size| {
        unknown.iter().for_each(|id| assert!(tables[size].lookup(id.as_bytes()).is_none()))
    });

    let configs: Vec<Config> = ids.iter().map(|ids| config(ids)).collect();
    compare("decision to allow", |size| {
        known[size].iter().for_each(|id| assert_eq!(kind(&configs[size], id), "allow"))
    });
    compare("decision to refuse", |size| unknown.iter().for_each(|id| assert_eq!(kind(&configs[size], id), "refuse")));

    let json = format!(
        r#"{{"tenant_id": "{}", "documents": [{}]}}"#,
        id(0),
        vec![r#"{"title": "On cats", "score": 0.25}"#; 1_500].join(",")
    );
    let reading = least(|| {
        let mut binder = Binder::new(&configs[0], &id(0), BodyKind::Json).expect("the policy binds bodies");
        json.as_bytes().chunks(16_384).for_each(|chunk| assert_eq!(binder.push(chunk), Progress::More));
        assert_eq!(binder.finish(), Ok(()));
    });
    println!(
        "binding of {} KB of JSON: {:.0} MB/s",
        json.len() / 1_000,
        json.len() as f64 / 1e6 / reading.as_secs_f64()
    );

    let chat = r#"{"model":"qwen3:8b","created_at":"2026-11-22T11:00:00.123456789Z","message":{"role":"assistant","content":" cats"},"done":false}"#;
    let chunk = r#"{"id":"chatcmpl-0123456789","object":"chat.completion.chunk","created":1795345200,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":" cats"},"logprobs":null,"finish_reason":null}],"usage":null}"#;
    let vector = vec!["-0.017594862"; 768].join(",");
    observe("Ollama's chat stream", "application/x-ndjson", &format!("{chat}\n").repeat(2_000));
    observe("OpenAI's chat stream", "text/event-stream", &format!("data: {chunk}\n\n").repeat(2_000));
    observe(
        "an answer of much text",
        "application/json",
        &format!(r#"{{"response":"{}"}}"#, "On cats. ".repeat(50_000)),
    );
    observe(
        "embeddings",
        "application/json",
        &format!(r#"{{"embeddings":[{}]}}"#, vec![format!("[{vector}]"); 64].join(",")),
    );
}

/// Prints how fast answers are observed.
fn observe(what: &str, content_type: &str, body: &str) {
    let reading = least(|| {
        let mut observer =
            Observer::for_span(SpanKind::Llm, content_type.as_bytes()).expect("such answers can be read");
        body.as_bytes().chunks(16_384).for_each(|chunk| observer.push(chunk));
        black_box(observer.finish());
    });
    println!("observing {what}: {:.0} MB/s", body.len() as f64 / 1e6 / reading.as_secs_f64());
}

fn id(n: usize) -> String {
    format!("tenant-{:08x}", (n as u32).wrapping_mul(0x9e37_79b9))
}

/// As many ids as requests, in no order that a cache could guess, each in memory of its own as a request's is.
fn shuffled(ids: &[String]) -> Vec<String> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % ids.len()
    };
    (0..REQUESTS).map(|_| ids[next()].clone()).collect()
}

fn packed(ids: &[String]) -> Vec<u8> {
    let gold = Attributes { cluster: "us", standby: &[], tier: "gold", suspended: false };
    pack(ids.iter().map(|id| (id.as_str(), gold))).expect("the ids are distinct").bytes
}

fn config(ids: &[String]) -> Config {
    let mut config: PluginConfig = serde_json::from_str(CONFIG).expect("the configuration is JSON");
    let gold = Tenant { cluster: "us".to_owned(), standby: Vec::new(), tier: "gold".to_owned(), suspended: false };
    config.tenants = Tenants::Inline(ids.iter().map(|id| (id.clone(), gold.clone())).collect());
    config.body = Some(Body { pointers: vec!["/tenant_id".to_owned()], limit: 1 << 20, over_limit: OverLimit::Refuse });
    Config::new(config, None).expect("the configuration is valid")
}

/// The verdict on a request as a browser sends it.
fn kind(config: &Config, tenant: &str) -> &'static str {
    let headers: [(&[u8], &[u8]); 16] = [
        (b":authority", b"api.example.com"),
        (b":path", b"/api/v1/search?q=cats&limit=20"),
        (b":method", b"GET"),
        (b":scheme", b"https"),
        (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
        (b"accept", b"application/json"),
        (b"accept-language", b"en-GB,en;q=0.5"),
        (b"accept-encoding", b"gzip, deflate, br, zstd"),
        (b"authorization", b"Bearer 0123456789"),
        (b"origin", b"https://www.example.com"),
        (b"cookie", b"session=0123456789abcdef"),
        (b"x-forwarded-for", b"192.0.2.1"),
        (b"x-forwarded-proto", b"https"),
        (b"x-envoy-external-address", b"192.0.2.1"),
        (b"x-request-id", b"2cb8b8a4-3f4b-4b51-9d3f-6e0a1c2b3d4e"),
        (b"x-tenant-id", tenant.as_bytes()),
    ];
    let request = Request { headers: black_box(&headers), has_body: false, claim: Claim::Absent, peer: None };
    decide(config, &request).verdict.kind()
}

fn least(mut work: impl FnMut()) -> Duration {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    rounds.min().unwrap_or_default()
}

/// Prints nanoseconds per request for every size, taking turns.
fn compare(what: &str, work: impl Fn(usize)) {
    let mut best = [Duration::MAX; SIZES.len()];
    for _ in 0..ROUNDS {
        for (size, best) in best.iter_mut().enumerate() {
            let start = Instant::now();
            work(size);
            *best = start.elapsed().min(*best);
        }
    }
    print!("{what}:");
    for (size, best) in SIZES.iter().zip(best) {
        print!("  {:.0} ns at {size}", best.as_secs_f64() * 1e9 / REQUESTS as f64);
    }
    println!();
}
