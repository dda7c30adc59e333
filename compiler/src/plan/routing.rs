//! Routes and releases as one ordered list of rules.

use super::{filter, untraced};
use crate::policy::{Caller, Policy, Route, Service};
use std::time::Duration;
use tenantry_engine::config::Elsewhere;
use tenantry_engine::decision::{STAMP_CLUSTER, STAMP_TRACK};

/// One rule: all of its conditions together, then what happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable name, unique in its list, for configuration dumps and statistics.
    pub name: String,
    /// The policy's route behind it, counted from 0.
    pub route: Option<usize>,
    /// Any of these paths; empty means every path.
    pub paths: Vec<PathMatch>,
    /// Any of these methods; empty means every method.
    pub methods: Vec<String>,
    /// Lower-case header and its exact value.
    pub header: Option<(String, String)>,
    /// Whether Envoy's tracer, where there is one, makes spans of these requests.
    pub traced: bool,
    /// What happens.
    pub action: Action,
}

/// A condition on the path, without the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathMatch {
    /// This path.
    Exact(String),
    /// Every path that starts so.
    Prefix(String),
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A service of this cluster answers.
    Serve(Serve),
    /// The gateway of this other cluster answers.
    Forward(String),
    /// 404, said outright.
    NotFound,
}

/// How a service is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serve {
    /// The service.
    pub service: String,
    /// Its port.
    pub port: u16,
    /// Releases and their parts of the traffic; never empty.
    pub shares: Vec<Share>,
    /// Replaces the matched path or prefix.
    pub rewrite: Option<String>,
    /// Time for the whole request; zero means none.
    pub timeout: Option<Duration>,
    /// Retries; none leaves them to the mesh's default, which is never.
    pub retries: Option<Retries>,
}

/// A release's part of the traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The release; none when the service has just one.
    pub release: Option<String>,
    /// Its part, relative to the other shares.
    pub weight: u32,
}

/// Retries of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retries {
    /// Retries after the first try; zero turns them off.
    pub attempts: u32,
    /// Time for each try.
    pub per_try: Option<Duration>,
    /// Envoy retry conditions.
    pub on: Vec<String>,
}

/// Methods that may be sent twice (RFC 9110, section 9.2.2).
const IDEMPOTENT: [&str; 6] = ["DELETE", "GET", "HEAD", "OPTIONS", "PUT", "TRACE"];
/// Retry conditions under which no server has begun to work on the request.
const BEFORE_WORK: [&str; 3] = ["connect-failure", "refused-stream", "reset-before-request"];

/// The gateway's rules: other clusters first, then what is not traced, then the routes in policy order, then 404.
pub(super) fn gateway(policy: &Policy, cluster: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    if *policy.tenancy.elsewhere == Elsewhere::Forward {
        for other in policy.clusters.keys().filter(|name| *name != cluster) {
            rules.push(Rule {
                name: format!("forward-{other}"),
                route: None,
                paths: Vec::new(),
                methods: Vec::new(),
                header: Some((STAMP_CLUSTER.to_owned(), other.clone())),
                traced: true,
                action: Action::Forward(other.clone()),
            });
        }
    }
    let mut routes = Vec::new();
    for (index, route) in policy.routes.iter().enumerate() {
        if let Some(service) = policy.services.get(&route.to.value) {
            routes.extend(of_route(index, route, service));
        }
    }
    rules.extend(untraced::apart(policy, routes));
    rules.push(Rule {
        name: "no-route".to_owned(),
        route: None,
        paths: Vec::new(),
        methods: Vec::new(),
        header: None,
        traced: true,
        action: Action::NotFound,
    });
    rules
}

/// What callers inside the mesh get from a service; empty when the policy asks for nothing there.
///
/// They pass no gateway, so nothing stamps their release: a release's own header chooses it, and the weights split
/// the rest.
pub(super) fn in_mesh(policy: &Policy, name: &str) -> Vec<Rule> {
    let service = &policy.services[name].value;
    let called = service.callers.iter().any(|caller| matches!(caller.value, Caller::Service(_)));
    let asked = service.releases.len() > 1 || service.timeout.is_some() || service.retries.is_some();
    if !called || !asked {
        return Vec::new();
    }
    let chosen = service.releases.iter().filter_map(|(release, body)| {
        let header = body.header.as_ref()?;
        Some((Some(release.as_str()), Some(header.value.clone()), vec![whole(release)]))
    });
    let rest = (None, None, shares(service));
    let timeout = service.timeout.as_ref().map(|timeout| timeout.value);
    let mut rules = Vec::new();
    for (release, header, shares) in chosen.chain([rest]) {
        let base = Draft { name, route: None, paths: Vec::new(), methods: Vec::new(), rewrite: None, timeout };
        rules.extend(base.finish(name, service, release, header, &shares));
    }
    rules
}

/// The rules of one route: a branch for each stamped release, then one for everybody else.
fn of_route(index: usize, route: &Route, service: &Service) -> Vec<Rule> {
    // With a sticky release the filter chooses every request's; otherwise only those that a header asks for.
    let sticky = service.releases.values().any(|release| release.sticky);
    let everybody_else = match service.releases.keys().next() {
        Some(base) if sticky => vec![whole(base)],
        _ => shares(service),
    };
    let chosen = service.releases.iter().filter(|(name, release)| {
        let chosen = release.header.is_some() || (sticky && *release.weight > 0);
        filter::stamps_track(service) && chosen && everybody_else != [whole(name)]
    });
    let stamped = chosen.map(|(release, _)| {
        let header = (STAMP_TRACK.to_owned(), release.clone());
        (Some(release.as_str()), Some(header), vec![whole(release)])
    });
    let timeout = route.timeout.as_ref().or(service.timeout.as_ref()).map(|timeout| timeout.value);
    let mut rules = Vec::new();
    for (release, header, shares) in stamped.chain([(None, None, everybody_else.clone())]) {
        for (suffix, paths, rewrite) in paths(&route.path, route.rewrite.as_ref().map(|to| to.value.as_str())) {
            let name = format!("route-{index}{suffix}");
            let methods = super::values(&route.methods);
            let base = Draft { name: &name, route: Some(index), paths, methods, rewrite, timeout };
            rules.extend(base.finish(&route.to, service, release, header.clone(), &shares));
        }
    }
    rules
}

/// A rule on its way, before retries are settled.
struct Draft<'a> {
    name: &'a str,
    route: Option<usize>,
    paths: Vec<PathMatch>,
    methods: Vec<String>,
    rewrite: Option<String>,
    timeout: Option<Duration>,
}

impl Draft<'_> {
    /// One rule for every set of methods that may be retried alike.
    fn finish(
        &self,
        to: &str,
        service: &Service,
        release: Option<&str>,
        header: Option<(String, String)>,
        shares: &[Share],
    ) -> Vec<Rule> {
        let release = release.map(|release| format!("-{release}")).unwrap_or_default();
        let mut variants = retries(service, &self.methods);
        if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            // A stream that may last for ever is not cut off by the time for one try.
            variants.iter_mut().flat_map(|(_, _, retries)| retries).for_each(|retries| retries.per_try = None);
        }
        let variants = variants.into_iter();
        variants
            .map(|(suffix, methods, retries)| Rule {
                name: format!("{}{release}{suffix}", self.name),
                route: self.route,
                paths: self.paths.clone(),
                methods,
                header: header.clone(),
                traced: true,
                action: Action::Serve(Serve {
                    service: to.to_owned(),
                    port: *service.port,
                    shares: shares.to_vec(),
                    rewrite: self.rewrite.clone(),
                    timeout: self.timeout,
                    retries,
                }),
            })
            .collect()
    }
}

/// Splits methods into those that may be sent twice and the rest, where the retry conditions make a difference.
fn retries(service: &Service, methods: &[String]) -> Vec<(&'static str, Vec<String>, Option<Retries>)> {
    let Some(asked) = &service.retries else { return vec![("", methods.to_vec(), None)] };
    if *asked.attempts == 0 {
        // Istio refuses conditions and times of retries that never happen.
        let never = Retries { attempts: 0, per_try: None, on: Vec::new() };
        return vec![("", methods.to_vec(), Some(never))];
    }
    let full = Retries {
        attempts: *asked.attempts,
        per_try: asked.per_try.as_ref().map(|time| time.value),
        on: super::values(&asked.on),
    };
    let unsafe_condition = full.on.iter().any(|on| !BEFORE_WORK.contains(&on.as_str()));
    if *asked.non_idempotent || !unsafe_condition {
        return vec![("", methods.to_vec(), Some(full))];
    }
    let (twice, once): (Vec<String>, Vec<String>) =
        methods.iter().cloned().partition(|method| IDEMPOTENT.contains(&method.as_str()));
    let before_work: Vec<String> = full.on.iter().filter(|on| BEFORE_WORK.contains(&on.as_str())).cloned().collect();
    let careful = Retries {
        attempts: if before_work.is_empty() { 0 } else { full.attempts },
        per_try: full.per_try.filter(|_| !before_work.is_empty()),
        on: before_work,
    };
    if methods.is_empty() {
        let twice = IDEMPOTENT.iter().map(|&method| method.to_owned()).collect();
        return vec![("", twice, Some(full)), ("-once", Vec::new(), Some(careful))];
    }
    let mut variants = Vec::new();
    if !twice.is_empty() {
        variants.push(("", twice, Some(full)));
    }
    if !once.is_empty() {
        variants.push(("-once", once, Some(careful)));
    }
    variants
}

/// Whole-segment matching in exact and prefix terms. A rewrite to anything but `/` differs between the two.
fn paths(path: &str, rewrite: Option<&str>) -> Vec<(&'static str, Vec<PathMatch>, Option<String>)> {
    let rewrite = rewrite.map(|to| if to.len() > 1 { to.trim_end_matches('/') } else { to });
    if path == "/" {
        let under = rewrite.map(|to| if to == "/" { to.to_owned() } else { format!("{to}/") });
        return vec![("", vec![PathMatch::Prefix("/".to_owned())], under)];
    }
    let exact = PathMatch::Exact(path.to_owned());
    let under = PathMatch::Prefix(format!("{path}/"));
    match rewrite {
        None | Some("/") => vec![("", vec![exact, under], rewrite.map(str::to_owned))],
        Some(to) => {
            vec![("", vec![exact], Some(to.to_owned())), ("-under", vec![under], Some(format!("{to}/")))]
        }
    }
}

fn whole(release: &str) -> Share {
    Share { release: Some(release.to_owned()), weight: 1 }
}

/// The releases and their weights, in percent where that is exact.
fn shares(service: &Service) -> Vec<Share> {
    let Some(base) = service.releases.keys().next() else { return vec![Share { release: None, weight: 1 }] };
    let releases = service.releases.iter().filter(|(_, release)| *release.weight > 0);
    let mut shares: Vec<Share> =
        releases.map(|(name, release)| Share { release: Some(name.clone()), weight: *release.weight }).collect();
    if shares.len() < 2 {
        let only = shares.pop().and_then(|share| share.release);
        return vec![whole(only.as_ref().unwrap_or(base))];
    }
    if shares.iter().all(|share| share.weight % 100 == 0) {
        shares.iter_mut().for_each(|share| share.weight /= 100);
    }
    shares
}
