//! The first judge: `tenantry explain`.

use super::policies::Draft;
use super::requests::Ask;
use super::ruling::{Reached, Ruling, stamps};
use tenantry::explain::{Asked, Explainer, Explanation};
use tenantry::policy::Policy;
use tenantry::source::SourceMap;
use tenantry::try_::echo::Identity;

/// `explain` for one policy.
#[derive(Debug)]
pub struct Explained<'p> {
    explainer: Explainer<'p>,
    draft: &'p Draft,
}

impl<'p> Explained<'p> {
    pub fn new(policy: &'p Policy, sources: &'p SourceMap, draft: &'p Draft) -> Self {
        let explainer = Explainer::new(policy, sources, &draft.here);
        Self { explainer: explainer.unwrap_or_else(|error| panic!("{error}\n{}", draft.text)), draft }
    }

    pub fn rule(&self, ask: &Ask) -> Ruling {
        let asked = asked(ask);
        let explanation = self.explainer.explain(&asked);
        let by_envoy = explanation.why.first().is_some_and(|why| why.reason == "refused:envoy");
        let verdict = match (explanation.verdict.as_str(), &explanation.code, &explanation.cluster) {
            _ if by_envoy => None,
            ("refuse", Some(code), _) => Some(format!("refuse:{code}")),
            (kind @ ("forward" | "redirect"), _, Some(cluster)) => Some(format!("{kind}:{cluster}")),
            (kind, ..) => Some(kind.to_owned()),
        };
        let admitted = matches!(explanation.verdict.as_str(), "allow" | "forward");
        Ruling {
            verdict,
            status: explanation.status.unwrap_or(200),
            stamps: admitted.then(|| self.stamps(&asked, &explanation)),
            reached: reached(&explanation),
        }
    }

    fn stamps(&self, asked: &Asked, explanation: &Explanation) -> Vec<(String, String)> {
        let kept = asked
            .headers
            .iter()
            .filter(|(name, _)| !explanation.remove.contains(name) && !explanation.set.contains_key(name));
        let kept: Vec<(&str, String)> =
            kept.map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value).into_owned())).collect();
        let set = explanation.set.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        stamps(&self.draft.header, kept.iter().map(|(name, value)| (*name, value.as_str())).chain(set))
    }
}

/// The request as `explain` is asked about it.
pub fn asked(ask: &Ask) -> Asked {
    let mut asked = Asked::new(ask.method, &format!("https://{}{}", ask.host, ask.target)).expect("a request");
    for (name, value) in &ask.headers {
        asked.header(&format!("{name}: {value}")).expect("a header");
    }
    asked.claim.clone_from(&ask.claim);
    asked.body = ask.body.as_ref().map(|(body, _)| body.clone().into_bytes());
    asked
}

fn reached(explanation: &Explanation) -> Option<Reached> {
    let cluster = explanation.cluster.clone()?;
    let identity = match (explanation.verdict.as_str(), explanation.status, &explanation.service) {
        ("allow", None, Some(service)) => {
            Identity { cluster, service: service.clone(), release: explanation.release.clone() }
        }
        ("forward", None, _) => Identity { cluster, service: "gateway".to_owned(), release: None },
        _ => return None,
    };
    Some(Reached { route: explanation.route.clone(), identity })
}
