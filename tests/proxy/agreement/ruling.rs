//! What a judge says about a request, in a form that all of them can speak.

use tenantry::try_::echo::Identity;

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// `allow`, `forward:eu`, `redirect:eu`, `refuse:tenant-missing`; none where Envoy itself refuses.
    pub verdict: Option<String>,
    /// The status that the client gets.
    pub status: u16,
    /// Tenant and internal headers as they go upstream, sorted; none where a judge cannot know.
    pub stamps: Option<Vec<(String, String)>>,
    /// Where it goes, if it goes upstream.
    pub reached: Option<Reached>,
}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The path of the policy's route; none for another cluster's gateway.
    pub route: Option<String>,
    /// Who answers. Without a release where `explain` leaves it to Envoy's weights.
    pub identity: Identity,
}

impl Ruling {
    /// Whether another judge says the same, as far as both can know.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let stamps = match (&self.stamps, &other.stamps) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        let reached = match (&self.reached, &other.reached) {
            (Some(ours), Some(theirs)) => ours.agrees_with(theirs),
            (ours, theirs) => ours.is_none() && theirs.is_none(),
        };
        stamps && reached && self.verdict == other.verdict && self.status == other.status
    }

    /// The same as far as the filter alone goes: without a route, and without a 404 for want of one.
    pub fn of_the_filter(&self) -> Self {
        let admitted = self.stamps.is_some();
        Self { status: if admitted { 200 } else { self.status }, reached: None, ..self.clone() }
    }

    /// What a version of Envoy is expected to do. Before 1.39 it leaves `..;x` alone, which the filter then refuses.
    pub fn in_version(&self, version: &str, target: &str) -> Self {
        let path = target.split('?').next().unwrap_or_default();
        if version.starts_with("1.38.") && path.contains("/..;") && self.verdict.is_some() {
            let verdict = Some("refuse:path-malformed".to_owned());
            return Self { verdict, status: 400, stamps: None, reached: None };
        }
        self.clone()
    }

    /// What to count it as.
    pub fn kind(&self) -> String {
        self.verdict.clone().unwrap_or_else(|| "refused by envoy".to_owned())
    }
}

impl Reached {
    fn agrees_with(&self, other: &Self) -> bool {
        let identity = |reached: &Self| (reached.identity.cluster.clone(), reached.identity.service.clone());
        let release = match (&self.identity.release, &other.identity.release) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        release && self.route == other.route && identity(self) == identity(other)
    }
}

/// The tenant header, its look-alikes and internal headers among `headers`, sorted.
pub fn stamps<'h>(header: &str, headers: impl Iterator<Item = (&'h str, &'h str)>) -> Vec<(String, String)> {
    let folded = |name: &str| name.to_ascii_lowercase().replace('_', "-");
    let tenant = folded(header);
    let ours = headers.filter(|(name, _)| folded(name) == tenant || folded(name).starts_with("x-tenantry-"));
    let mut ours: Vec<_> = ours.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    ours.sort();
    ours
}
