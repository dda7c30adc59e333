//! `routes`.

use super::form::{List, choices, record};
use super::formats::{Name, PathPrefix, RouteTimeout, TenantId};
use super::names::Names;
use super::reader::Reader;
use super::tenants::Tenants;
use crate::policy::Route;
use crate::source::{Span, Spanned};

choices! {
    /// An entry of `routes[].methods`.
    pub MethodForm => &'static str {
        /// Reads.
        "GET" => "GET",
        /// Reads the headers alone.
        "HEAD" => "HEAD",
        /// Sends something.
        "POST" => "POST",
        /// Replaces something.
        "PUT" => "PUT",
        /// Changes a part of something.
        "PATCH" => "PATCH",
        /// Removes something.
        "DELETE" => "DELETE",
        /// Asks what is allowed.
        "OPTIONS" => "OPTIONS",
    }
}

record! {
    /// A path and the service that it leads to.
    pub struct RouteForm {
        /// The path and everything below it, by whole segments: `/search` covers `/search/x` and not `/searchx`.
        "path" path: PathPrefix, required, example "/search";
        /// The methods. Left out, all of them.
        "methods" methods: List<MethodForm>, default "[]", example "[GET, POST]";
        /// The service, which needs `ingress` among its callers.
        "to" to: Name, required, example "search";
        /// What stands in place of `path` when the service gets the request.
        "rewrite" rewrite: PathPrefix, optional, example "/";
        /// The tenants that may use the route. Left out, all of them; the others are answered with 403.
        "tenants" tenants: List<TenantId, 1>, optional, example "[acme_corp]";
        /// The time for a whole request, in place of the service's own. `none` suits streams without an end.
        "timeout" timeout: RouteTimeout, optional, example "none";
    }
}

pub fn lower(
    forms: Vec<Spanned<RouteForm>>,
    services: Option<&Names<'_>>,
    tenants: &Tenants,
    reader: &mut Reader<'_>,
) -> Option<Vec<Spanned<Route>>> {
    let routes: Vec<Option<Spanned<Route>>> =
        forms.into_iter().map(|form| route(form.value, form.span, services, tenants, reader)).collect();
    routes.into_iter().collect()
}

fn route(
    form: RouteForm,
    span: Span,
    services: Option<&Names<'_>>,
    tenants: &Tenants,
    reader: &mut Reader<'_>,
) -> Option<Spanned<Route>> {
    let mut complete = true;
    if let (Some(to), Some(services)) = (&form.to, services) {
        complete &= services.check_spanned(to, reader);
    }
    for id in form.tenants.iter().flat_map(|named| &named.value) {
        complete &= known(id, tenants, reader);
    }
    let methods = form.methods?.value.into_iter().map(|method| Spanned::new(method.value.to_owned(), method.span));
    let route = Route {
        path: form.path?,
        methods: methods.collect(),
        to: form.to?,
        rewrite: form.rewrite,
        tenants: form.tenants.map(|tenants| tenants.value),
        timeout: form.timeout,
    };
    complete.then_some(Spanned::new(route, span))
}

/// Whether a tenant is declared; reports it when not.
fn known(id: &Spanned<String>, tenants: &Tenants, reader: &mut Reader<'_>) -> bool {
    let found = tenants.declares(&id.value);
    if !found {
        tenants.names().check_spanned(id, reader);
    }
    found
}
