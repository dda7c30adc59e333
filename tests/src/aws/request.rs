//! Requests as a load balancer sees them.

/// A request: what rules look at.
#[derive(Clone, Debug)]
pub struct Request {
    /// The host, without a port.
    pub host: String,
    /// The path, without a query.
    pub path: String,
    /// Names and values of headers.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// A request without headers to the host that the policy serves.
    #[must_use]
    pub fn to(path: &str) -> Self {
        Self { host: crate::door::HOST.to_owned(), path: path.to_owned(), headers: Vec::new() }
    }

    /// A request of a tenant.
    #[must_use]
    pub fn of(tenant: &str) -> Self {
        Self::to("/search").with("X-Tenant-ID", tenant)
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Goes to another host.
    #[must_use]
    pub fn at(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }
}
