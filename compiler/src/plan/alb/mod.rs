//! The front door as rules of an Application Load Balancer: a few conditions on short strings, the first match wins.

pub mod pack;

use super::door::{DoorPlan, Refusal};
use std::collections::BTreeMap;
use tenantry_engine::code::Code;
use tenantry_engine::config::IdGrammar;

/// The most strings in a condition.
const PER_CONDITION: usize = 3;
/// The most strings in a rule.
pub const PER_RULE: usize = 5;
/// The longest name of a header in a condition.
pub const HEADER_NAME: usize = 40;
/// The most target groups of a load balancer. AWS raises it for nobody.
pub const TARGET_GROUPS: usize = 100;
/// The longest silence that a load balancer bears, in seconds.
pub const IDLE: u64 = 4_000;

/// What requests of gRPC say of themselves. gRPC-Web is not among them: it is ordinary HTTP.
const GRPC: &str = r"^application/grpc([+;].*)?$";

/// The rules of the load balancer, in the order in which it tries them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The rules.
    pub rules: Vec<Rule>,
    /// What it answers when none matches.
    pub otherwise: Refusal,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it is for.
    pub step: Step,
    /// What has to hold, all of it.
    pub conditions: Vec<Condition>,
    /// What happens then.
    pub then: Then,
}

/// What a rule is for, in the order in which rules are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A path that needs no tenant.
    Exempt,
    /// Tenants that are served.
    Tenants,
    /// Tenants that are not, for now.
    Suspended,
    /// What is left.
    Refusal,
}

/// A condition. It holds when one of its strings matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What it looks at.
    pub field: Field,
    /// What that has to match.
    pub strings: Strings,
}

/// What a condition looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// The host.
    Host,
    /// The path.
    Path,
    /// The values of a header, one by one.
    Header(String),
}

/// The strings of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Strings {
    /// Patterns with `*` and `?`, whatever the case.
    Patterns(Vec<String>),
    /// Regular expressions.
    Expressions(Vec<String>),
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// It goes to the first of these clusters; to the others only when somebody says that those before them are down.
    Way {
        /// Names of the clusters.
        clusters: Vec<String>,
        /// Whether it is gRPC.
        grpc: bool,
    },
    /// It goes to any cluster.
    Any {
        /// Whether it is gRPC.
        grpc: bool,
    },
    /// It is refused.
    Refuse(Refusal),
}

/// What no rule can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit<'p> {
    /// The tenant header's name is too long.
    Header,
    /// The hosts take too many strings.
    Hosts,
    /// A path is too long.
    Exempt(&'p str),
    /// A tenant's id is too long.
    Id(&'p str),
}

/// How many target groups a front door takes: one for each cluster, one for all of them where paths need no tenant, and
/// as many again for gRPC.
#[must_use]
pub fn target_groups(door: &DoorPlan) -> usize {
    (door.clusters.len() + usize::from(!door.exempt.is_empty())) * if door.grpc.is_empty() { 1 } else { 2 }
}

/// What of a front door no rule can hold.
#[must_use]
pub fn unfit(door: &DoorPlan) -> Vec<Unfit<'_>> {
    let mut found = Vec::new();
    if door.header.len() > HEADER_NAME {
        found.push(Unfit::Header);
    }
    if hosts(door).is_none() {
        found.push(Unfit::Hosts);
    }
    let too_long = |text: &&str| pack::expressions(&[pack::literal(text)]).is_none();
    found.extend(door.exempt.iter().map(String::as_str).filter(too_long).map(Unfit::Exempt));
    found.extend(door.tenants.iter().map(|tenant| tenant.id.as_str()).filter(too_long).map(Unfit::Id));
    found
}

/// The rules for a front door in which nothing is [`unfit`].
#[must_use]
pub fn rules(door: &DoorPlan) -> Rules {
    let served = hosts(door).flatten();
    let host = || served.iter().cloned().map(|strings| Condition { field: Field::Host, strings });
    let header = |strings| Condition { field: Field::Header(door.header.clone()), strings };
    let room = room(served.as_ref(), door);
    let mut rules = Vec::new();
    let mut forward = |step, condition: Condition, to: &dyn Fn(bool) -> Then| {
        // What is gRPC has to be told apart first, for the other rule takes it too.
        for grpc in if door.grpc.is_empty() { &[false][..] } else { &[true, false] } {
            let marked = grpc.then(|| Condition {
                field: Field::Header("content-type".to_owned()),
                strings: Strings::Expressions(vec![GRPC.to_owned()]),
            });
            let conditions = host().chain(marked).chain([condition.clone()]).collect();
            rules.push(Rule { step, conditions, then: to(*grpc) });
        }
    };
    let exempt: Vec<String> = door.exempt.iter().map(|path| pack::literal(path)).collect();
    for strings in pack::expressions(&exempt).unwrap_or_default().chunks(room) {
        let path = Condition { field: Field::Path, strings: Strings::Expressions(strings.to_vec()) };
        forward(Step::Exempt, path, &|grpc| Then::Any { grpc });
    }
    let mut ways: BTreeMap<Option<usize>, Vec<&str>> = BTreeMap::new();
    for tenant in &door.tenants {
        ways.entry(tenant.way).or_default().push(&tenant.id);
    }
    for (way, ids) in ways.iter().filter_map(|(way, ids)| Some((door.ways.get((*way)?)?, ids))) {
        for bundle in pack::bundles(ids, room) {
            let ids = header(Strings::Expressions(pack::expressions(&bundle).unwrap_or_default()));
            forward(Step::Tenants, ids, &|grpc| Then::Way { clusters: way.clusters.clone(), grpc });
        }
    }
    let refuse = |step, condition: Option<Condition>, code| {
        let then = Then::Refuse(Refusal::Filter(code));
        Rule { step, conditions: host().chain(condition).collect(), then }
    };
    for bundle in pack::bundles(ways.get(&None).map_or(&[], Vec::as_slice), room) {
        let ids = header(Strings::Expressions(pack::expressions(&bundle).unwrap_or_default()));
        rules.push(refuse(Step::Suspended, Some(ids), Code::TenantSuspended));
    }
    let expression = |text: &str| Strings::Expressions(vec![text.to_owned()]);
    rules.extend([
        refuse(Step::Refusal, Some(header(expression("^.*,.*$"))), Code::TenantAmbiguous),
        refuse(Step::Refusal, Some(header(expression(grammar(door.ids)))), Code::TenantUnknown),
        refuse(Step::Refusal, Some(header(Strings::Patterns(vec!["*".to_owned()]))), Code::TenantMalformed),
    ]);
    // A rule needs a condition, so without one on the host the last refusal is what happens otherwise.
    let last = if served.is_some() {
        rules.push(refuse(Step::Refusal, None, Code::TenantMissing));
        Code::HostUnknown
    } else {
        Code::TenantMissing
    };
    Rules { rules, otherwise: Refusal::Filter(last) }
}

/// The condition on the host: none inside when every host is served, none at all when the hosts do not fit.
fn hosts(door: &DoorPlan) -> Option<Option<Strings>> {
    if door.hosts.iter().any(|host| host == "*") {
        return Some(None);
    }
    let is_name = |host: &str| {
        host.len() <= pack::LONGEST
            && host.rsplit_once('.').is_some_and(|(_, top)| top.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    if let [host] = &door.hosts[..]
        && is_name(host)
    {
        return Some(Some(Strings::Patterns(vec![host.clone()])));
    }
    let expression = |host: &String| match host.strip_prefix('*') {
        Some(rest) => format!(".+{}", pack::literal(rest)),
        None => pack::literal(host),
    };
    let strings = pack::expressions(&door.hosts.iter().map(expression).collect::<Vec<_>>())?;
    // One string of a rule has to be left for tenants, and one for the mark of gRPC.
    let fits = strings.len() <= PER_CONDITION && strings.len() + usize::from(!door.grpc.is_empty()) < PER_RULE;
    fits.then_some(Some(Strings::Expressions(strings)))
}

/// How many strings of a rule are left for tenants or paths.
fn room(hosts: Option<&Strings>, door: &DoorPlan) -> usize {
    let taken = hosts.map_or(0, |strings| match strings {
        Strings::Patterns(all) | Strings::Expressions(all) => all.len(),
    });
    (PER_RULE - taken - usize::from(!door.grpc.is_empty())).min(PER_CONDITION)
}

/// What is well-formed, in an expression without look-around.
fn grammar(ids: IdGrammar) -> &'static str {
    match ids {
        // A leading `__` is reserved.
        IdGrammar::OrgColon => "^(_|_?[A-Za-z0-9][A-Za-z0-9_]*)(:[A-Za-z0-9_]+)?$",
        IdGrammar::Slug => "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        IdGrammar::Uuid => "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    }
}
