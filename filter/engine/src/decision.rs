//! What the engine answers.

use crate::code::Code;
use arrayvec::ArrayVec;

/// Header with the tenant's home cluster.
pub const STAMP_CLUSTER: &str = "x-tenantry-cluster";
/// Header with the tenant's tier.
pub const STAMP_TIER: &str = "x-tenantry-tier";
/// Header with the release that this request gets.
pub const STAMP_TRACK: &str = "x-tenantry-track";
/// Every header under this prefix is ours: client-sent copies are removed at the edge.
pub const STAMP_PREFIX: &str = "x-tenantry-";

/// The answer to one request: verdict, header changes, and the ordered reasons for both.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision<'a> {
    /// What happens to the request.
    pub verdict: Verdict<'a>,
    /// The tenant, once known to be well-formed and in the table.
    pub tenant: Option<&'a str>,
    /// The tenant's tier.
    pub tier: Option<&'a str>,
    /// The service that the route leads to.
    pub service: Option<&'a str>,
    /// The release that the engine chose; none where Envoy splits by weight or there is only one.
    pub release: Option<&'a str>,
    /// Headers to set, once each, replacing every earlier copy.
    pub set: ArrayVec<(&'a str, &'a str), 4>,
    /// Names of request headers to remove, as the client sent them.
    pub remove: Vec<&'a str>,
    /// What is still owed before the verdict holds.
    pub pending: Pending<'a>,
    /// Every step in the order it was taken.
    pub why: ArrayVec<Reason<'a>, 16>,
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
        /// 307 or 308.
        status: u16,
    },
}

/// Obligations that need the host: shared state for the rate, bytes for the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pending<'a> {
    /// Take one request from this bucket before going on.
    pub charge: Option<Charge<'a>>,
    /// Read the body and bind it to the tenant before letting it go.
    pub body: bool,
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
    /// The path is exempt from tenancy (index into `exempt`).
    Exempt(usize),
    /// A client-sent internal header was removed.
    Stripped(&'a str),
    /// The tenant header named this tenant.
    Header(&'a str),
    /// The verified claim agreed.
    ClaimAgreed,
    /// There is no verified token and the policy does not require one.
    ClaimAbsent,
    /// The tenant is in the table.
    Known {
        /// Its id.
        tenant: &'a str,
        /// Its home cluster.
        cluster: &'a str,
        /// Its tier.
        tier: &'a str,
    },
    /// The tenant lives in this cluster.
    Home,
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
    /// One request is charged to the tenant's bucket.
    Charged,
    /// The body will be bound to the tenant.
    BodyBound,
    /// A workload accepted a stamped request from a gateway.
    GatewayPeer,
    /// A workload accepted an allowed caller inside the mesh.
    MeshPeer,
    /// The request was refused.
    Refused(Code),
}
