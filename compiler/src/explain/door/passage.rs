//! A request on its way through a front door, and the parts that all of them have in common.

use crate::explain::Asked;
use crate::plan::door::{DoorPlan, DoorTenant, Refusal, Upstream, Way};
use tenantry_engine::code::Code;
use tenantry_engine::decision::STAMP_PREFIX;

/// What a front door makes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage<'d> {
    /// What becomes of it.
    pub end: End<'d>,
    /// The clusters that may get it, the preferred one first; empty where it does not come to that.
    pub way: Vec<&'d str>,
    /// Host and optional port, as they go on.
    pub authority: String,
    /// The request headers that go on, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Lower-case names of the request headers that do not, once each.
    pub remove: Vec<String>,
    /// Every step, in the order it was taken.
    pub steps: Vec<Step<'d>>,
}

/// What becomes of a request at a front door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End<'d> {
    /// The same URL over TLS, with this status.
    Redirect(u16),
    /// The front door answers with a problem document.
    Refuse(Refusal),
    /// The load balancer answers with this status, in words of its own.
    Own(u16),
    /// It goes to this cluster's gateway.
    Send(&'d Upstream),
}

/// One step on the way to that end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'d> {
    /// It came without TLS.
    Plain,
    /// It is not HTTP as the load balancer wants it: bad request line, method or host.
    Malformed,
    /// So many headers are taken off because names such as theirs are not let through.
    Dropped(usize),
    /// So many internal headers that the client sent are removed.
    Stripped(usize),
    /// So many copies of the tenant header came, of which only the first is looked at.
    FirstOf(usize),
    /// So many copies of the tenant header came, of which one that names a tenant is enough.
    AnyOf(usize),
    /// The path needs no tenant (index into `tenancy.exempt`); any cluster will do.
    Exempt(usize),
    /// The tenant header names this tenant, whose clusters are these in their order; none when it is suspended.
    Tenant(&'d DoorTenant, Option<&'d Way>),
    /// This cluster is down.
    Down(&'d str),
    /// This cluster gets it.
    To(&'d str),
    /// The request is refused.
    Refused(Refusal),
}

/// Why a request goes to no cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Redirected(u16),
    Refused(Refusal),
    Malformed(u16),
}

/// Where a request may go.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'d> {
    Any,
    Way(&'d Way),
}

impl End<'_> {
    /// `send`, `refuse` or `redirect`.
    #[must_use]
    pub const fn verdict(&self) -> &'static str {
        match self {
            Self::Redirect(_) => "redirect",
            Self::Refuse(_) | Self::Own(_) => "refuse",
            Self::Send(_) => "send",
        }
    }

    /// The status with which the front door itself answers.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Refuse(refusal) => Some(refusal.status()),
            Self::Redirect(status) | Self::Own(status) => Some(*status),
            Self::Send(_) => None,
        }
    }

    /// The refusal's code.
    #[must_use]
    pub const fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refuse(refusal) => Some(refusal.code()),
            Self::Redirect(_) | Self::Own(_) | Self::Send(_) => None,
        }
    }
}

impl Passage<'_> {
    /// A request as it comes in.
    pub(super) fn new(asked: &Asked) -> Self {
        Self {
            end: End::Own(500),
            way: Vec::new(),
            authority: asked.authority.clone(),
            headers: asked.headers.clone(),
            remove: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// Takes the headers off whose names are like that, and says how many they were.
    pub(super) fn take_off(&mut self, unwanted: impl Fn(&str) -> bool) -> usize {
        let (off, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.headers).into_iter().partition(|(name, _)| unwanted(name));
        self.headers = kept;
        for (name, _) in &off {
            if !self.remove.contains(name) {
                self.remove.push(name.clone());
            }
        }
        off.len()
    }

    /// The only tenant header, in the grammar, where every copy is seen, and every header that looks like it.
    pub(super) fn only_header(&self, plan: &DoorPlan) -> Result<String, Ended> {
        if self.headers.iter().any(|(name, _)| *name != plan.header && alike(name, &plan.header)) {
            return Err(refused(Code::TenantMalformed));
        }
        match self.values(&plan.header)[..] {
            [] => Err(refused(Code::TenantMissing)),
            [value] if !value.contains(&b',') => {
                plan.ids.check(value).map(str::to_owned).ok_or(refused(Code::TenantMalformed))
            }
            _ => Err(refused(Code::TenantAmbiguous)),
        }
    }

    /// The values of a header, in their order.
    pub(super) fn values(&self, wanted: &str) -> Vec<&[u8]> {
        self.headers.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.as_slice()).collect()
    }
}

impl<'d> Passage<'d> {
    /// Takes the headers off whose names are like that, and notes how many they were.
    pub(super) fn strip(&mut self, unwanted: impl Fn(&str) -> bool, note: fn(usize) -> Step<'d>) {
        let count = self.take_off(unwanted);
        self.steps.extend((count > 0).then(|| note(count)));
    }

    /// Notes what became of it.
    pub(super) fn end(&mut self, end: Result<End<'d>, Ended>) {
        self.end = end.unwrap_or_else(|ended| match ended {
            Ended::Redirected(status) => {
                self.steps.push(Step::Plain);
                End::Redirect(status)
            }
            Ended::Refused(refusal) => {
                self.steps.push(Step::Refused(refusal));
                End::Refuse(refusal)
            }
            Ended::Malformed(status) => {
                self.steps.push(Step::Malformed);
                End::Own(status)
            }
        });
    }

    /// Where the tenant of this id goes. Whole ids are compared.
    pub(super) fn tenant(&mut self, plan: &'d DoorPlan, id: &str) -> Result<Target<'d>, Ended> {
        let tenant = plan.tenant(id).ok_or(refused(Code::TenantUnknown))?;
        let way = tenant.way.and_then(|way| plan.ways.get(way));
        self.steps.push(Step::Tenant(tenant, way));
        way.map(Target::Way).ok_or(refused(Code::TenantSuspended))
    }

    /// Whether this path, as the load balancer compares it, needs no tenant.
    pub(super) fn exempt(&mut self, plan: &DoorPlan, path: &[u8]) -> bool {
        let index = plan.exempt.iter().position(|exempt| exempt.as_bytes() == path);
        self.steps.extend(index.map(Step::Exempt));
        index.is_some()
    }
}

/// The end of a request that the filter would refuse with this code.
pub(super) const fn refused(code: Code) -> Ended {
    Ended::Refused(Refusal::Filter(code))
}

/// Whether a host in lower case, without its port, is one that the policy serves.
pub(super) fn serves(plan: &DoorPlan, host: &str) -> bool {
    plan.hosts.iter().any(|served| match served.strip_prefix('*') {
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => host == served,
    })
}

/// The host of an authority in lower case, without its port.
pub(super) fn host_only(authority: &str) -> String {
    let end = match authority.rfind(']') {
        Some(bracket) if authority.starts_with('[') => bracket + 1,
        _ => authority.find(':').unwrap_or(authority.len()),
    };
    authority.split_at(end).0.to_ascii_lowercase()
}

/// Whether a header is one of the mesh's own, or reads like one.
pub(super) fn internal(name: &str) -> bool {
    name.get(..STAMP_PREFIX.len()).is_some_and(|start| alike(start, STAMP_PREFIX))
}

/// Whether a name is made of letters, digits and `-` alone.
pub(super) fn plain_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether a name in lower case reads as `canonical` to a server that takes every character other than a letter or digit for
/// the same.
pub(super) fn alike(name: &str, canonical: &str) -> bool {
    let fold = |byte: u8| if byte.is_ascii_alphanumeric() { byte } else { b'-' };
    name.len() == canonical.len() && name.bytes().map(fold).eq(canonical.bytes().map(fold))
}
