//! What the engine answers.

use crate::body::BodyKind;
use crate::code::Code;
use crate::config::Tenant;
use crate::throttle::Taken;
use arrayvec::ArrayVec;
use std::borrow::Cow;
use std::fmt;

/// Header with the tenant's home cluster.
pub const STAMP_CLUSTER: &str = "x-tenantry-cluster";
/// Header with the tenant's tier.
pub const STAMP_TIER: &str = "x-tenantry-tier";
/// Header with the release that this request gets.
pub const STAMP_TRACK: &str = "x-tenantry-track";
/// Header with the clusters whose gateways have forwarded this request, in their order, joined by commas.
pub const STAMP_VIA: &str = "x-tenantry-via";
/// The headers that the filter sets beside the tenant header.
pub const STAMPS: [&str; 4] = [STAMP_CLUSTER, STAMP_TIER, STAMP_TRACK, STAMP_VIA];
/// Every header under this prefix is ours: client-sent copies are removed at the edge.
pub const STAMP_PREFIX: &str = "x-tenantry-";

/// The answer to one request: verdict, header changes, and the ordered reasons for both.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision<'a> {
    /// What happens to the request.
    pub verdict: Verdict<'a>,
    /// The tenant, once known to be well-formed, agreed to by the token, and in the table.
    pub tenant: Option<&'a str>,
    /// The tenant's home cluster.
    pub cluster: Option<&'a str>,
    /// The tenant's tier.
    pub tier: Option<&'a str>,
    /// The service that the route leads to.
    pub service: Option<&'a str>,
    /// The release that the engine chose; none where Envoy splits by weight or there is only one.
    pub release: Option<&'a str>,
    /// Headers to set, once each, replacing every earlier copy. Empty if the request does not go on.
    pub set: ArrayVec<(&'a str, Cow<'a, str>), 4>,
    /// Names of request headers to remove, as the client sent them.
    pub remove: Vec<&'a str>,
    /// What is still owed before the verdict holds.
    pub pending: Pending<'a>,
    /// Every step in the order it was taken.
    pub why: ArrayVec<Reason<'a>, MAX_REASONS>,
}

/// The most reasons that a decision can have: one from each step, and a refusal.
pub const MAX_REASONS: usize = 12;

impl<'a> Decision<'a> {
    /// A decision to refuse everything, taken without looking at the request.
    #[must_use]
    pub fn refused(code: Code) -> Self {
        let mut decision = Self::open();
        decision.close(Verdict::Refuse(code));
        decision
    }

    /// The same decision after its charge has been paid, or could not be.
    #[must_use]
    pub fn charged(mut self, taken: &Taken) -> Self {
        self.pending.charge = None;
        if !taken.admitted {
            self.close(Verdict::Refuse(Code::TenantThrottled));
        }
        self
    }

    /// The same decision after the body has been read.
    #[must_use]
    pub fn bound(mut self, outcome: Result<(), Code>) -> Self {
        self.pending.body = None;
        if let Err(code) = outcome {
            self.close(Verdict::Refuse(code));
        }
        self
    }

    pub(crate) fn open() -> Self {
        Self {
            verdict: Verdict::Allow,
            tenant: None,
            cluster: None,
            tier: None,
            service: None,
            release: None,
            set: ArrayVec::new_const(),
            remove: Vec::new(),
            pending: Pending { charge: None, body: None },
            why: ArrayVec::new_const(),
        }
    }

    pub(crate) fn close(&mut self, verdict: Verdict<'a>) {
        if verdict.status().is_some() {
            self.set.clear();
            self.pending = Pending::default();
        }
        if let Verdict::Refuse(code) = verdict {
            self.note(Reason::Refused(code));
        }
        self.verdict = verdict;
    }

    /// Adds a reason. There is room for one from every step, see [`MAX_REASONS`].
    pub(crate) fn note(&mut self, reason: Reason<'a>) {
        let _ = self.why.try_push(reason);
    }
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// It goes to its route in this cluster.
    Allow,
    /// It is answered here with the code's status and a problem document.
    Refuse(Code),
    /// It goes on, stamped for another cluster.
    Forward {
        /// The tenant's home cluster.
        cluster: &'a str,
    },
    /// It is answered here with a redirect to another cluster's endpoint.
    Redirect {
        /// The tenant's home cluster.
        cluster: &'a str,
        /// Host, optionally `:port`, of its gateway; see [`crate::location::location`].
        endpoint: &'a str,
    },
}

/// Permanent, and unlike 301 it keeps the method and the body.
const PERMANENT_REDIRECT: u16 = 308;

impl Verdict<'_> {
    /// The status of the answer that the filter itself gives, if it gives one.
    #[must_use]
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Allow | Self::Forward { .. } => None,
            Self::Refuse(code) => Some(code.status()),
            Self::Redirect { .. } => Some(PERMANENT_REDIRECT),
        }
    }

    /// The verdict's kind alone: `allow`, `refuse`, `forward` or `redirect`.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Refuse(_) => "refuse",
            Self::Forward { .. } => "forward",
            Self::Redirect { .. } => "redirect",
        }
    }
}

/// Stable: `allow`, `refuse:tenant-missing`, `forward:eu`, `redirect:eu`.
impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        match self {
            Self::Allow => Ok(()),
            Self::Refuse(code) => write!(f, ":{}", code.as_str()),
            Self::Forward { cluster } | Self::Redirect { cluster, .. } => write!(f, ":{cluster}"),
        }
    }
}

/// Obligations that need the host: shared state for the rate, bytes for the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pending<'a> {
    /// Take one request from this bucket before going on.
    pub charge: Option<Charge<'a>>,
    /// Read the body with a [`crate::body::Binder`] of this kind before letting anything go upstream.
    pub body: Option<BodyKind>,
}

/// One request's worth of a tenant's rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge<'a> {
    /// The tenant whose bucket is charged.
    pub tenant: &'a str,
    /// Sustained requests per 1,000 seconds.
    pub millirate: u64,
    /// Size of the bucket, in requests.
    pub burst: u32,
}

/// One step of a decision. Each refers to a part of the policy by name or index, so that `explain` can show
/// the policy lines behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason<'a> {
    /// So many client-sent internal headers are removed; their names are in [`Decision::remove`].
    Stripped(usize),
    /// The path is exempt from tenancy (index into `exempt`).
    Exempt(usize),
    /// The tenant header named this tenant.
    Header(&'a str),
    /// The verified claim agreed.
    ClaimAgreed,
    /// There is no verified token and the policy does not require one.
    ClaimAbsent,
    /// The tenant is in the table, with these attributes.
    Known(&'a Tenant),
    /// The tenant lives in this cluster.
    Home,
    /// The tenant lives in this other cluster, and this one serves it as well.
    Standby(&'a str),
    /// The tenant lives in another cluster.
    Elsewhere(&'a str),
    /// A route matched (index into `routes`).
    Route(usize),
    /// The route lists the tenant.
    RouteAllowed(usize),
    /// A header chose the release.
    ReleaseByHeader(&'a str),
    /// The sticky hash chose the release.
    ReleaseByHash {
        /// The chosen release.
        release: &'a str,
        /// The tenant's point on the scale of 0 to 9,999.
        point: u32,
    },
    /// Envoy splits by weight.
    ReleaseByWeight,
    /// One request is owed to the tenant's bucket.
    Charged,
    /// The body has to agree with the tenant.
    BodyBound,
    /// A workload accepted a stamped request from a gateway.
    GatewayPeer,
    /// A workload accepted an allowed caller inside the mesh.
    MeshPeer,
    /// The request was refused.
    Refused(Code),
}

/// Stable, one word each: `header:tenant_a`, `known:us/gold`, `route:0`, `release:canary@123`.
impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stripped(headers) => write!(f, "stripped:{headers}"),
            Self::Exempt(index) => write!(f, "exempt:{index}"),
            Self::Header(tenant) => write!(f, "header:{tenant}"),
            Self::ClaimAgreed => f.write_str("claim-agreed"),
            Self::ClaimAbsent => f.write_str("claim-absent"),
            Self::Known(tenant) => write!(f, "known:{}/{}", tenant.cluster, tenant.tier),
            Self::Home => f.write_str("home"),
            Self::Standby(cluster) => write!(f, "standby:{cluster}"),
            Self::Elsewhere(cluster) => write!(f, "elsewhere:{cluster}"),
            Self::Route(index) => write!(f, "route:{index}"),
            Self::RouteAllowed(index) => write!(f, "route-allowed:{index}"),
            Self::ReleaseByHeader(release) => write!(f, "release:{release}@header"),
            Self::ReleaseByHash { release, point } => write!(f, "release:{release}@{point}"),
            Self::ReleaseByWeight => f.write_str("release-by-weight"),
            Self::Charged => f.write_str("charged"),
            Self::BodyBound => f.write_str("body-bound"),
            Self::GatewayPeer => f.write_str("gateway-peer"),
            Self::MeshPeer => f.write_str("mesh-peer"),
            Self::Refused(code) => write!(f, "refused:{}", code.as_str()),
        }
    }
}
