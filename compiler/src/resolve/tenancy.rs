//! `tenancy`.

use super::form::{Entries, Flag, Form, List, Map, Number, choices, record};
use super::formats::{
    Audience, ByteLimit, ClaimPath, ExactPath, HttpsUrl, JsonPointer, Percent, Rate, TenantHeader, TierName,
};
use super::names::Names;
use super::reader::Reader;
use super::rules::MISSING_FIELD;
use super::shape::Shape;
use crate::policy::{Body, Named, Tenancy, Tier, Token};
use crate::source::Spanned;
use crate::syntax::{Kind, Node};
use tenantry_engine::config::{Elsewhere, IdGrammar, OverLimit};

choices! {
    /// `tenancy.ids`.
    pub IdsForm => IdGrammar {
        /// ASCII letters, digits and `_`, and at most one colon between an organisation and its tenant:
        /// `tenant_a`, `acme:production`. A leading `__` is reserved.
        "org-colon" => IdGrammar::OrgColon,
        /// A DNS label: lower-case letters, digits and `-`, as in `acme-production`.
        "slug" => IdGrammar::Slug,
        /// A UUID in lower case with hyphens.
        "uuid" => IdGrammar::Uuid,
    }
    /// `tenancy.elsewhere`.
    pub ElsewhereForm => Elsewhere {
        /// The gateway forwards the request to the tenant's home, over mutual TLS; for that the clusters' meshes need certificates
        /// of one root.
        "forward" => Elsewhere::Forward,
        /// The gateway answers 308 with the address of the tenant's home.
        "redirect" => Elsewhere::Redirect,
        /// The gateway answers 421 `tenant-elsewhere`.
        "refuse" => Elsewhere::Refuse,
    }
    /// `tenancy.body.overLimit`.
    pub OverLimitForm => OverLimit {
        /// 413 `body-too-large`.
        "refuse" => OverLimit::Refuse,
        /// The header alone decides.
        "pass" => OverLimit::Pass,
    }
}

record! {
    /// How a request says which tenant it is for, and what is done about it.
    pub struct TenancyForm {
        /// The request header that names the tenant.
        "header" header: TenantHeader, default "X-Tenant-ID";
        /// The grammar of tenant ids. An id has at most 128 characters.
        "ids" ids: IdsForm, default "org-colon";
        /// A verified token that has to agree with the header. Left out, the header alone is believed.
        "token" token: TokenForm, optional, example "{issuer: 'https://id.example.com', jwks: 'https://id.example.com/keys', claim: tenant_id}";
        /// Members of JSON request bodies that have to agree with the header: a list of JSON pointers, or a mapping
        /// with limits.
        "body" body: BodyForm, optional, example "[/tenant_id]";
        /// Paths that need no tenant, each exact: `/health` exempts neither `/health/live` nor `/healthz`.
        "exempt" exempt: List<ExactPath>, default "[]", example "[/health]";
        /// What happens to a request for a tenant whose home is another cluster.
        "elsewhere" elsewhere: ElsewhereForm, default "refuse";
        /// What tenants may spend, by tier.
        "tiers" tiers: Map<TierName, TierForm, 1>, default "{standard: {}}", example "{standard: {rate: 50/s}, gold: {rate: 500/s}}";
        /// What a tenant has that says nothing of its own.
        "default" defaults: DefaultsForm, default "{}";
    }
}

record! {
    /// A verified token that has to agree with the tenant header.
    pub struct TokenForm {
        /// The `iss` of accepted tokens.
        "issuer" issuer: HttpsUrl, optional, example "https://id.example.com";
        /// Where the issuer publishes its keys.
        "jwks" jwks: HttpsUrl, optional, example "https://id.example.com/keys";
        /// Accepted audiences; empty accepts any.
        "audiences" audiences: List<Audience>, default "[]", example "[api]";
        /// The claim that names the tenant, or the path to it from the outside in.
        "claim" claim: ClaimPath, required, example "tenant_id";
        /// Whether a request without a token is refused. With `false` it passes on its header alone.
        "required" required: Flag, default "true";
    }
}

record! {
    /// Members of JSON request bodies that have to agree with the tenant header.
    pub struct BodyLimitsForm {
        /// The members, as JSON pointers. Each that is present has to name the header's tenant.
        "pointers" pointers: List<JsonPointer, 1>, required, example "[/tenant_id, /context/tenant_id]";
        /// The most that is read of a body.
        "limit" limit: ByteLimit<16>, default "1Mi";
        /// What happens to a longer body.
        "overLimit" over_limit: OverLimitForm, default "refuse";
    }
}

record! {
    /// What the tenants of a tier may spend.
    pub struct TierForm {
        /// Requests that each tenant may sustain. Left out, there is no limit.
        "rate" rate: Rate, optional, example "50/s";
        /// Requests that a tenant may send at once. Left out, as many as `rate` allows in a second, and at least one.
        "burst" burst: Number<1, 1_000_000>, optional, example "100";
        /// The share of requests of this tier that are traced, in place of `tracing.sampling`.
        "sampling" sampling: Percent, optional, example "100%";
    }
}

record! {
    /// What a tenant has that says nothing of its own.
    pub struct DefaultsForm {
        /// The tier. It may be left out when there is only one.
        "tier" tier: TierName, optional, example "standard";
    }
}

/// `tenancy.body`: a list of pointers, or a mapping.
#[derive(Debug)]
pub struct BodyForm;

impl Form for BodyForm {
    type Value = BodyLimitsForm;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<BodyLimitsForm> {
        if !matches!(node.kind, Kind::Sequence(_)) {
            return BodyLimitsForm::read(node, reader);
        }
        let pointers = List::<JsonPointer, 1>::read(node, reader)?;
        let short = crate::syntax::literal("{pointers: [/pointer]}", node.span)?;
        let body = BodyLimitsForm::read(&short, &mut Reader::default())?;
        Some(BodyLimitsForm { pointers: Some(Spanned::new(pointers, node.span)), ..body })
    }

    fn shape() -> Shape {
        Shape::Either(vec![List::<JsonPointer, 1>::shape(), BodyLimitsForm::shape()])
    }
}

impl TenancyForm {
    /// The default tier, looked up; the only tier when none is named.
    pub fn default_tier(&self, reader: &mut Reader<'_>) -> Option<Spanned<String>> {
        let tiers = self.tiers.as_ref()?;
        let names = Names::of("tier", &tiers.value);
        if let Some(named) = &self.defaults.as_ref()?.value.tier {
            return names.check_spanned(named, reader).then(|| named.clone());
        }
        if let Some(only) = names.only() {
            return Some(Spanned::new(only.to_owned(), tiers.span));
        }
        let first = tiers.value.first().map_or("standard", |(name, _)| name.value.as_str());
        let message = "`tenancy` declares several tiers and no default among them";
        let help = format!("add `default: {{tier: {first}}}` to `tenancy`");
        reader.push(MISSING_FIELD.at(tiers.span, message).help(help));
        None
    }

    pub fn lower(self, default_tier: Option<Spanned<String>>) -> Option<Tenancy> {
        let token = match self.token {
            Some(token) => Some(Spanned::new(token.value.lower()?, token.span)),
            None => None,
        };
        let body = match self.body {
            Some(body) => Some(Spanned::new(body.value.lower()?, body.span)),
            None => None,
        };
        Some(Tenancy {
            header: self.header?,
            ids: self.ids?,
            token,
            body,
            exempt: self.exempt?.value,
            elsewhere: self.elsewhere?,
            tiers: tiers(self.tiers?.value)?,
            default_tier: default_tier?,
        })
    }
}

fn tiers(entries: Entries<TierForm>) -> Option<Named<Tier>> {
    entries
        .into_iter()
        .map(|(name, tier)| {
            let tier = tier?.value;
            let default_burst = |rate: &Spanned<u64>| {
                Spanned::new(u32::try_from(rate.value.div_ceil(1_000)).unwrap_or(u32::MAX), rate.span)
            };
            let burst = tier.burst.or_else(|| tier.rate.as_ref().map(default_burst));
            Some((name.value, Spanned::new(Tier { millirate: tier.rate, burst, sampling: tier.sampling }, name.span)))
        })
        .collect()
}

impl TokenForm {
    fn lower(self) -> Option<Token> {
        Some(Token {
            issuer: self.issuer,
            jwks: self.jwks,
            audiences: self.audiences?.value,
            claim: self.claim?,
            required: self.required?,
        })
    }
}

impl BodyLimitsForm {
    fn lower(self) -> Option<Body> {
        Some(Body { pointers: self.pointers?.value, limit: self.limit?.value, over_limit: self.over_limit? })
    }
}
