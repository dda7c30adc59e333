//! `services.NAME.releases`.

use super::form::{Entries, Form, Map, choices, record};
use super::formats::{HeaderName, HeaderValue, Weight};
use super::reader::{Problem, Reader};
use super::services::LabelsForm;
use super::shape::Shape;
use crate::policy::{Named, Release};
use crate::source::Spanned;
use crate::syntax::Node;

choices! {
    /// `releases.NAME.sticky`.
    pub StickyForm => () {
        /// A tenant always gets the same release while the weights stay; raising a weight moves tenants towards that
        /// release only.
        "tenant" => (),
    }
}

record! {
    /// One of several releases of a service that run side by side.
    pub struct ReleaseForm {
        /// The pod labels that tell this release apart.
        "labels" labels: LabelsForm, required, example "{version: v2}";
        /// The share of the service's requests, in percent. The weights of a service add up to 100.
        "weight" weight: Weight, required, example "5";
        /// Who keeps the release once given it. Left out, each request is dealt anew.
        "sticky" sticky: StickyForm, optional, example "tenant";
        /// A header, with its exact value, that chooses this release whatever the weights.
        "header" header: ChosenByForm, optional, example "{x-canary-user: \"true\"}";
    }
}

/// One header and its value.
#[derive(Debug)]
pub struct ChosenByForm;

impl Form for ChosenByForm {
    type Value = (String, String);

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<Self::Value> {
        let mut headers = Map::<HeaderName, HeaderValue, 1>::read(node, reader)?;
        if headers.len() > 1 {
            reader.bad_value(
                headers[1].0.span,
                Problem::new("comes second: one header chooses a release").help("keep one of the headers"),
            );
            return None;
        }
        let (name, value) = headers.pop()?;
        Some((name.value, value?.value))
    }

    fn shape() -> Shape {
        match Map::<HeaderName, HeaderValue, 1>::shape() {
            Shape::Map { key, value, at_least, .. } => Shape::Map { key, value, at_least, at_most: Some(1) },
            other => other,
        }
    }
}

pub fn lower(entries: Entries<ReleaseForm>) -> Option<Named<Release>> {
    entries
        .into_iter()
        .map(|(name, release)| {
            let release = release?.value;
            let release = Release {
                labels: release.labels?.value,
                weight: release.weight?,
                sticky: release.sticky.is_some(),
                header: release.header,
            };
            Some((name.value, Spanned::new(release, name.span)))
        })
        .collect()
}
