//! `filter`.

use super::form::{choices, record};
use super::formats::{ModuleUrl, ObjectName};
use crate::policy::{Filter, TablePlace};
use crate::source::Span;

choices! {
    /// `filter.table`.
    pub TableForm => TablePlace {
        /// In the filter's configuration while it is small, in the module when it is large.
        "auto" => TablePlace::Auto,
        /// In the filter's configuration. Kubernetes limits the size of the object.
        "inline" => TablePlace::Inline,
        /// In the module, which then has to be published with each change of the tenants.
        "module" => TablePlace::Module,
    }
}

record! {
    /// Where proxies fetch the filter that enforces the policy.
    pub struct FilterForm {
        /// The module: an OCI image, an `https://` or `http://` address, or a file in the proxy's own file system.
        "url" url: ModuleUrl, required, example "oci://registry.example.com/tenantry/filter:0.1.0";
        /// The image pull secret for `oci://`, in the namespace of the object that names the module.
        "pullSecret" pull_secret: ObjectName, optional, example "registry-login";
        /// Where the table of tenants lives.
        "table" table: TableForm, default "auto";
    }
}

impl FilterForm {
    pub fn lower(self, span: Span) -> Option<Filter> {
        Some(Filter { url: Some(self.url?), pull_secret: self.pull_secret, table: self.table?, span })
    }
}
