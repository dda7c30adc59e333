//! The last judge: the built module in real Envoy, every policy behind a listener of its own.

use super::policies::Draft;
use super::requests::Ask;
use super::ruling::{Reached, Ruling, stamps};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tenantry::envoy::access_log::Entry;
use tenantry::envoy::{self, Local};
use tenantry::plan::plan;
use tenantry::policy::Policy;
use tenantry::try_::echo::{Echo, EchoService, Identity};
use tenantry::try_::port::Port;
use tenantry::try_::services::{identities, upstreams};
use tenantry::try_::session::filter_config;
use tenantry::try_::token::Issuer;
use tenantry_tests::envoy::client::{Body, Connection, Request, Response};
use tenantry_tests::envoy::{Envoy, module};
use tokio::runtime::Runtime;

/// How long a log line may take.
const LOG_LIMIT: Duration = Duration::from_secs(10);

/// One Envoy with all policies.
#[derive(Debug)]
pub struct Proxied {
    envoy: Envoy,
    gateways: Vec<Gateway>,
    logged: usize,
    _services: Vec<EchoService>,
    _runtime: Runtime,
}

#[derive(Debug)]
struct Gateway {
    port: Port,
    connection: Option<Connection>,
    issuer: Option<Issuer>,
    upstreams: BTreeMap<String, Identity>,
    /// Path of each route of the policy.
    routes: Vec<String>,
}

impl Proxied {
    /// Runs each policy's gateway for its draft's cluster.
    pub fn start(version: &str, policies: &[&Policy], drafts: &[Draft]) -> Self {
        let runtime = Runtime::new().expect("a tokio runtime");
        let (mut listeners, mut clusters) = (Vec::new(), Vec::new());
        let (mut gateways, mut services) = (Vec::new(), Vec::new());
        for (policy, draft) in policies.iter().zip(drafts) {
            let plan = plan(policy, &draft.here).expect("a cluster of the policy");
            let mut start = |identity: Identity| {
                let service = runtime.block_on(EchoService::start(identity)).expect("a free port");
                let address = service.address();
                services.push(service);
                address
            };
            let own = identities(&plan)
                .map(|identity| ((identity.service.clone(), identity.release.clone()), start(identity)))
                .collect();
            let others = policy.clusters.keys().filter(|cluster| **cluster != draft.here);
            let remotes = others
                .map(|cluster| {
                    let service = "gateway".to_owned();
                    (cluster.clone(), start(Identity { cluster: cluster.clone(), service, release: None }))
                })
                .collect();
            let _guard = runtime.enter();
            let port = Port::reserve().expect("a free port");
            let issuer = policy.tenancy.token.as_ref().map(|token| {
                let issuer = token.issuer.as_ref().expect("an issuer");
                Issuer::new(issuer, None, &token.claim).expect("randomness")
            });
            let jwks = issuer.as_ref().map(Issuer::jwks);
            let module = module();
            let local = Local {
                listen: port.address(),
                module: &module,
                services: &own,
                gateways: &remotes,
                jwks: jwks.as_deref(),
                collector: None,
            };
            let part = envoy::gateway(&plan, &filter_config(policy, &draft.here), &local);
            listeners.push(part.listener);
            clusters.extend(part.clusters);
            gateways.push(Gateway {
                port,
                connection: None,
                issuer,
                upstreams: upstreams(&plan),
                routes: policy.routes.iter().map(|route| route.path.value.clone()).collect(),
            });
        }
        let bootstrap = envoy::bootstrap("agreement", listeners, clusters);
        let envoy = Envoy::start(version, &bootstrap, 1).unwrap_or_else(|error| panic!("Envoy {version}: {error}"));
        Self { envoy, gateways, logged: 0, _services: services, _runtime: runtime }
    }

    /// Sends requests to a policy's gateway, one after the other, and reads what became of them.
    pub fn rule(&mut self, number: usize, draft: &Draft, asks: &[Ask]) -> Vec<Ruling> {
        let answers: Vec<Response> = asks.iter().map(|ask| self.send(number, ask)).collect();
        // One worker answers one request at a time, so the log has the same order.
        let entries: Vec<Entry> = asks.iter().map(|_| self.entry()).collect();
        let gateway = &self.gateways[number];
        let all = asks.iter().zip(answers).zip(entries);
        all.map(|((ask, answer), entry)| ruling(gateway, draft, ask, &answer, entry)).collect()
    }

    fn send(&mut self, number: usize, ask: &Ask) -> Response {
        let gateway = &mut self.gateways[number];
        let request = request(ask, gateway.issuer.as_ref());
        let connection = gateway.connection.take();
        let mut connection =
            connection.unwrap_or_else(|| Connection::open(gateway.port.address()).expect("the gateway listens"));
        let answer = connection.send(&request).unwrap_or_else(|error| panic!("no answer to {request:?}: {error}"));
        // An answer before the end of the request ends the connection.
        let ends = answer.header("connection") == Some("close") || ask.body.is_some();
        gateway.connection = Some(connection).filter(|_| !ends);
        answer
    }

    /// The log line of the request that was just answered.
    fn entry(&mut self) -> Entry {
        let started = Instant::now();
        loop {
            if let Some(entry) = self.envoy.entry(self.logged) {
                self.logged += 1;
                return entry;
            }
            assert!(started.elapsed() < LOG_LIMIT, "no access log line; Envoy says:\n{}", self.envoy.log());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

fn ruling(gateway: &Gateway, draft: &Draft, ask: &Ask, answer: &Response, entry: Entry) -> Ruling {
    assert_eq!(entry.status, Some(answer.status), "this is another request's log line than {ask:#?}'s");
    if ask.method != "HEAD" {
        let refused = entry.decision.as_deref().and_then(|said| said.strip_prefix("refuse:"));
        assert_eq!(answer.json()["code"].as_str(), refused, "the problem document and the log differ on {ask:#?}");
    }
    let echo: Option<Echo> = serde_json::from_slice(&answer.body).ok();
    let stamps = echo
        .as_ref()
        .map(|echo| stamps(&draft.header, echo.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))));
    let behind = entry.answered_by().and_then(|name| gateway.upstreams.get(name));
    let reached = behind.map(|identity| Reached { route: route(gateway, &entry), identity: identity.clone() });
    if let (Some(echo), Some(reached)) = (&echo, &reached) {
        assert_eq!(echo.identity, reached.identity, "Envoy logged one service and another answered {ask:#?}");
    }
    Ruling { verdict: entry.decision, status: answer.status, stamps, reached }
}

/// Path of the policy's route that Envoy matched; routes are named `route-INDEX` and a suffix.
fn route(gateway: &Gateway, entry: &Entry) -> Option<String> {
    let index = entry.route.as_ref()?.strip_prefix("route-")?.split('-').next()?.parse::<usize>().ok()?;
    gateway.routes.get(index).cloned()
}

fn request(ask: &Ask, issuer: Option<&Issuer>) -> Request {
    let mut request = Request::new(ask.method, &ask.host, ask.target.clone());
    for (name, value) in &ask.headers {
        request = request.header(name.as_str(), value.as_str());
    }
    if let Some((claim, issuer)) = ask.claim.as_ref().zip(issuer) {
        request = request.header("Authorization", format!("Bearer {}", issuer.token(claim)));
    }
    match &ask.body {
        None => request,
        Some((body, chunks)) if *chunks == 0 || body.is_empty() => {
            Request { body: Body::Sized(body.clone().into_bytes()), ..request }
        }
        Some((body, chunks)) => {
            request.chunks(body.as_bytes().chunks(body.len().div_ceil(*chunks)).map(<[u8]>::to_vec))
        }
    }
}
