//! `tenants` and `tenantsFrom`.

use super::form::{Entries, List, choices, record};
use super::formats::{Name, TierName};
use super::names::Names;
use super::reader::Reader;
use super::rules::{BAD_TENANT_ID, BAD_VALUE, DUPLICATE_TENANT, MISSING_FIELD};
use crate::diagnostic::clip;
use crate::policy::Tenant;
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
        /// Clusters that serve the tenant while its home cannot, the preferred one first. Left out, it is served nowhere
        /// but at home.
        "failover" failover: List<Name>, default "[]", example "[eu]";
        /// The cluster that the tenant is moving to. `tenantry compile` then writes the steps of the move as well; after
        /// the last one, `cluster` names the new home and this field goes.
        "moveTo" move_to: Name, optional, example "eu";
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

/// What a tenant's fields may name. What could not be read of the policy is none here, and nothing is said about
/// names of that kind.
#[derive(Debug)]
pub struct Scope<'s> {
    /// Known clusters.
    pub clusters: Option<Names<'s>>,
    /// Known tiers.
    pub tiers: Option<Names<'s>>,
    /// The tier of a tenant that names none.
    pub default_tier: Option<String>,
    /// The grammar of ids.
    pub ids: Option<Spanned<IdGrammar>>,
}

/// Every tenant of the policy and of its files.
#[derive(Debug, Default)]
pub struct Tenants {
    /// Tenants that could be read, sorted by id.
    pub list: Vec<Tenant>,
    /// Ids of tenants that are there and whose row or entry is wrong.
    pub unusable: Vec<Spanned<String>>,
    /// Whether anything was wrong.
    pub incomplete: bool,
}

/// Reads the tenants of the policy and of its files.
pub fn lower(
    inline: Option<Spanned<Entries<TenantForm>>>,
    files: &[TenantFile<'_>],
    scope: &Scope<'_>,
    reader: &mut Reader<'_>,
) -> Tenants {
    let mut tenants = Tenants { incomplete: inline.is_none(), ..Tenants::default() };
    for (id, form) in inline.map(|inline| inline.value).unwrap_or_default() {
        let tenant = form.and_then(|form| scope.tenant(&id, form.value, reader));
        tenants.add(id, tenant);
    }
    for file in files {
        super::csv::read(*file, scope, &mut tenants, reader);
    }
    tenants.list.sort_by(|a, b| (&a.id, a.span).cmp(&(&b.id, b.span)));
    tenants.incomplete |= repeated(&tenants.list, reader);
    tenants
}

impl Tenants {
    /// Adds a tenant, or the id of one that is wrong.
    pub fn add(&mut self, id: Spanned<String>, tenant: Option<Tenant>) {
        match tenant {
            Some(tenant) => self.list.push(tenant),
            None => {
                self.incomplete = true;
                self.unusable.push(id);
            }
        }
    }

    /// Whether a tenant is declared, rightly or not.
    pub fn declares(&self, id: &str) -> bool {
        self.list.binary_search_by(|tenant| tenant.id.as_str().cmp(id)).is_ok()
            || self.unusable.iter().any(|unusable| unusable.value == id)
    }

    /// The ids of all of them with their places.
    pub fn names(&self) -> Names<'_> {
        let usable = self.list.iter().map(|tenant| (tenant.id.as_str(), tenant.span));
        Names::new("tenant", usable.chain(self.unusable.iter().map(|id| (id.value.as_str(), id.span))))
    }
}

/// Reports tenants that are declared twice in a sorted list.
fn repeated(tenants: &[Tenant], reader: &mut Reader<'_>) -> bool {
    let mut any = false;
    for pair in tenants.windows(2) {
        if let [first, again] = pair
            && first.id == again.id
        {
            any = true;
            reader.push(
                DUPLICATE_TENANT
                    .at(again.span, format!("the tenant `{}` is declared twice", first.id))
                    .label("again here")
                    .related(first.span, "first here")
                    .help("remove one of the two"),
            );
        }
    }
    any
}

impl Scope<'_> {
    fn tenant(&self, id: &Spanned<String>, form: TenantForm, reader: &mut Reader<'_>) -> Option<Tenant> {
        let known = self.check_id(&id.value, id.span, reader);
        let cluster = self.cluster(
            &id.value,
            id.span,
            form.cluster.as_ref().map(|name| (name.value.as_str(), name.span)),
            reader,
        );
        let tier = self.tier(form.tier.as_ref().map(|name| (name.value.as_str(), name.span)), reader);
        let failover = form.failover?.value;
        let failover = failover.iter().map(|name| (name.value.as_str(), name.span));
        let failover = self.others(&id.value, "failover", cluster.as_deref(), failover, reader);
        let move_to = form.move_to.iter().map(|name| (name.value.as_str(), name.span));
        let move_to = self.others(&id.value, "moveTo", cluster.as_deref(), move_to, reader);
        let suspended = form.status?.value;
        known.then_some(Tenant {
            id: id.value.clone(),
            cluster: cluster?,
            failover: failover?,
            move_to: move_to?.pop(),
            tier: tier?,
            suspended,
            span: id.span,
        })
    }

    /// Whether an id is in the policy's grammar; reports it when not.
    pub fn check_id(&self, id: &str, span: Span, reader: &mut Reader<'_>) -> bool {
        let Some(ids) = &self.ids else { return true };
        let grammar = ids.value;
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
        let message = format!("the tenant id `{}` is not in the grammar `{}`", clip(id), grammar_name(grammar));
        reader.push(BAD_TENANT_ID.at(span, message).help(help).related(ids.span, "the grammar is chosen here"));
        false
    }

    /// A tenant's home: the one named, or the only one there is.
    pub fn cluster(
        &self,
        id: &str,
        place: Span,
        named: Option<(&str, Span)>,
        reader: &mut Reader<'_>,
    ) -> Option<String> {
        let clusters = self.clusters.as_ref()?;
        if let Some((name, span)) = named {
            return clusters.check(name, span, reader).then(|| name.to_owned());
        }
        if let Some(only) = clusters.only() {
            return Some(only.to_owned());
        }
        let message = format!("the tenant `{}` lacks its home `cluster`", clip(id));
        reader.push(MISSING_FIELD.at(place, message).help("name it; only a policy with one cluster needs no name"));
        None
    }

    /// Clusters other than the tenant's home, each named once.
    pub fn others<'n>(
        &self,
        id: &str,
        field: &str,
        home: Option<&str>,
        named: impl Iterator<Item = (&'n str, Span)>,
        reader: &mut Reader<'_>,
    ) -> Option<Vec<String>> {
        let clusters = self.clusters.as_ref()?;
        let mut others: Vec<String> = Vec::new();
        let mut good = true;
        for (name, span) in named {
            if !clusters.check(name, span, reader) {
                good = false;
            } else if home == Some(name) {
                let message = format!("`{field}` of the tenant `{}` names its home `{name}`", clip(id));
                reader.push(BAD_VALUE.at(span, message).help("name another cluster, or leave it out"));
                good = false;
            } else if others.iter().any(|other| other == name) {
                let message = format!("`{field}` of the tenant `{}` names `{name}` twice", clip(id));
                reader.push(BAD_VALUE.at(span, message).help("remove one of the two"));
                good = false;
            } else {
                others.push(name.to_owned());
            }
        }
        good.then_some(others)
    }

    /// A tenant's tier: the one named, or the default.
    pub fn tier(&self, named: Option<(&str, Span)>, reader: &mut Reader<'_>) -> Option<String> {
        let tiers = self.tiers.as_ref()?;
        match named {
            Some((name, span)) => tiers.check(name, span, reader).then(|| name.to_owned()),
            None => self.default_tier.clone(),
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
