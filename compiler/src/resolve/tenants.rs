//! `tenants` and `tenantsFrom`.

use super::form::{Entries, choices, record};
use super::formats::{Name, TierName};
use super::names::Names;
use super::reader::Reader;
use super::rules::{BAD_TENANT_ID, DUPLICATE_TENANT, MISSING_FIELD};
use crate::policy::{Tenancy, Tenant};
use crate::source::{FileId, Span, Spanned};
use tenantry_engine::config::IdGrammar;

choices! {
    /// `tenants.ID.status`.
    pub StatusForm => bool {
        /// Requests are served.
        "active" => false,
        /// Every request is refused with 403 `tenant-suspended`.
        "suspended" => true,
    }
}

record! {
    /// A tenant.
    pub struct TenantForm {
        /// The tenant's home. It may be left out when the policy has one cluster.
        "cluster" cluster: Name, optional, example "us";
        /// The tenant's tier. Left out, it is `tenancy.default.tier`.
        "tier" tier: TierName, optional, example "gold";
        /// Whether the tenant is served.
        "status" status: StatusForm, default "active";
    }
}

/// A file of `tenantsFrom`, as read.
#[derive(Clone, Copy, Debug)]
pub struct TenantFile<'f> {
    /// The file.
    pub file: FileId,
    /// Its text.
    pub text: &'f str,
}

/// What a tenant's fields may name.
#[derive(Debug)]
pub struct Scope<'s> {
    /// Known clusters; none when that section could not be read, so that nothing can be said about names.
    pub clusters: Option<&'s Names<'s>>,
    /// Known tiers and the default; none likewise.
    pub tenancy: Option<&'s Tenancy>,
    /// The tiers as names.
    pub tiers: Option<Names<'s>>,
}

/// Every tenant of the policy and of its files, sorted by id.
pub fn lower(
    inline: Option<Spanned<Entries<TenantForm>>>,
    files: &[TenantFile<'_>],
    clusters: Option<&Names<'_>>,
    tenancy: Option<&Tenancy>,
    reader: &mut Reader<'_>,
) -> Option<Vec<Tenant>> {
    let tiers =
        tenancy.map(|tenancy| Names::new("tier", tenancy.tiers.iter().map(|(name, tier)| (name.as_str(), tier.span))));
    let scope = Scope { clusters, tenancy, tiers };
    let mut complete = inline.is_some();
    let mut tenants = Vec::new();
    for (id, form) in inline.map(|inline| inline.value).unwrap_or_default() {
        let tenant = form.and_then(|form| scope.tenant(id, form.value, reader));
        complete &= tenant.is_some();
        tenants.extend(tenant);
    }
    for file in files {
        complete &= super::csv::read(*file, &scope, &mut tenants, reader);
    }
    tenants.sort_by(|a, b| (&a.id, a.span).cmp(&(&b.id, b.span)));
    let mut unique = true;
    for pair in tenants.windows(2) {
        if let [first, again] = pair
            && first.id == again.id
        {
            unique = false;
            let message = format!("the tenant `{}` is declared twice", first.id);
            reader.push(
                DUPLICATE_TENANT
                    .at(again.span, message)
                    .label("again here")
                    .related(first.span, "first here")
                    .help("remove one of the two"),
            );
        }
    }
    (complete && unique).then_some(tenants)
}

impl Scope<'_> {
    fn tenant(&self, id: Spanned<String>, form: TenantForm, reader: &mut Reader<'_>) -> Option<Tenant> {
        let known = self.check_id(&id.value, id.span, reader);
        let cluster = self.cluster(&id, form.cluster.as_ref().map(|name| (name.value.as_str(), name.span)), reader);
        let tier = self.tier(form.tier.as_ref().map(|name| (name.value.as_str(), name.span)), reader);
        let suspended = form.status?.value;
        known.then_some(Tenant { id: id.value, cluster: cluster?, tier: tier?, suspended, span: id.span })
    }

    /// Whether an id is in the policy's grammar; reports it when not.
    pub fn check_id(&self, id: &str, span: Span, reader: &mut Reader<'_>) -> bool {
        let Some(tenancy) = self.tenancy else { return true };
        let grammar = tenancy.ids.value;
        if grammar.check(id.as_bytes()).is_some() {
            return true;
        }
        let help = match grammar {
            IdGrammar::OrgColon => {
                "write ASCII letters, digits and `_`, and at most one colon, as in `acme:production`"
            }
            IdGrammar::Slug => "write lower-case letters, digits and `-`, as in `acme-production`",
            IdGrammar::Uuid => "write a UUID in lower case with hyphens",
        };
        let message = format!("the tenant id `{id}` is not in the grammar `{}`", grammar_name(grammar));
        reader.push(BAD_TENANT_ID.at(span, message).help(help).related(tenancy.ids.span, "the grammar is chosen here"));
        false
    }

    /// A tenant's home: the one named, or the only one there is.
    pub fn cluster(
        &self,
        id: &Spanned<String>,
        named: Option<(&str, Span)>,
        reader: &mut Reader<'_>,
    ) -> Option<String> {
        let clusters = self.clusters?;
        if let Some((name, span)) = named {
            return clusters.check(name, span, reader).then(|| name.to_owned());
        }
        if let Some(only) = clusters.only() {
            return Some(only.to_owned());
        }
        let message = format!("the tenant `{}` lacks its home `cluster`", id.value);
        reader.push(MISSING_FIELD.at(id.span, message).help("name it; only a policy with one cluster needs no name"));
        None
    }

    /// A tenant's tier: the one named, or the default.
    pub fn tier(&self, named: Option<(&str, Span)>, reader: &mut Reader<'_>) -> Option<String> {
        let tiers = self.tiers.as_ref()?;
        match named {
            Some((name, span)) => tiers.check(name, span, reader).then(|| name.to_owned()),
            None => self.tenancy.map(|tenancy| tenancy.default_tier.value.clone()),
        }
    }
}

/// The grammar as it is written in a policy.
const fn grammar_name(grammar: IdGrammar) -> &'static str {
    match grammar {
        IdGrammar::OrgColon => "org-colon",
        IdGrammar::Slug => "slug",
        IdGrammar::Uuid => "uuid",
    }
}
