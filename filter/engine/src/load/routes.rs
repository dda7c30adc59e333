//! Routes and releases, with names replaced by indices.

use super::{ConfigError, names};
use crate::config::{PluginConfig, Release, Role};
use std::collections::BTreeSet;

/// All of a service's traffic, in hundredths of a percent.
pub(crate) const WHOLE: u32 = 10_000;

/// A route made ready.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) path: String,
    pub(crate) methods: Vec<String>,
    pub(crate) service: String,
    /// Sorted.
    pub(crate) tenants: Option<Vec<String>>,
    /// Index into the releases, for a service that has several.
    pub(crate) releases: Option<usize>,
}

/// A service's releases, the base first.
#[derive(Debug)]
pub(crate) struct Releases {
    pub(crate) service: String,
    pub(crate) sticky: bool,
    pub(crate) list: Vec<Release>,
}

pub(super) fn releases(config: &PluginConfig) -> Result<Vec<Releases>, ConfigError> {
    config
        .releases
        .iter()
        .map(|(service, list)| {
            let at = format!("releases.{service}");
            let weights: u64 = list.iter().map(|release| u64::from(release.weight)).sum();
            if weights != u64::from(WHOLE) {
                return Err(ConfigError::new(at, format!("the weights add up to {weights} instead of {WHOLE}")));
            }
            let mut seen = BTreeSet::new();
            for (index, release) in list.iter().enumerate() {
                let at = format!("{at}[{index}]");
                names::value(&format!("{at}.name"), &release.name)?;
                if !seen.insert(&release.name) {
                    return Err(ConfigError::new(at, format!("release `{}` is listed twice", release.name)));
                }
                if let Some((name, _)) = &release.header {
                    names::header(&format!("{at}.header"), name)?;
                    if *name == config.header {
                        return Err(ConfigError::new(at, "the tenant header cannot choose a release"));
                    }
                }
            }
            let sticky = list.iter().any(|release| release.sticky);
            if config.role == Role::Gateway
                && !config.stamps.track
                && (sticky || list.iter().any(|release| release.header.is_some()))
            {
                let message = format!("`{service}` has sticky or header-chosen releases, which need this stamp");
                return Err(ConfigError::new("stamps.track", message));
            }
            Ok(Releases { service: service.clone(), sticky, list: list.clone() })
        })
        .collect()
}

pub(super) fn routes(config: &PluginConfig, releases: &[Releases]) -> Result<Vec<Route>, ConfigError> {
    let mut seen = BTreeSet::new();
    config
        .routes
        .iter()
        .enumerate()
        .map(|(index, route)| {
            let at = format!("routes[{index}]");
            names::normal(&format!("{at}.path"), &route.path)?;
            if route.path.len() > 1 && route.path.ends_with('/') {
                return Err(ConfigError::new(format!("{at}.path"), "a route's path has no trailing slash"));
            }
            names::value(&format!("{at}.service"), &route.service)?;
            if route.methods.iter().any(|method| method.is_empty() || !method.bytes().all(|b| b.is_ascii_uppercase())) {
                return Err(ConfigError::new(format!("{at}.methods"), "methods are upper-case letters"));
            }
            if !seen.insert((&route.path, &route.methods)) {
                let message = format!("`{}` is listed twice with the same methods", route.path);
                return Err(ConfigError::new(at, message));
            }
            if let Some(tenant) =
                route.tenants.iter().flatten().find(|tenant| config.ids.check(tenant.as_bytes()).is_none())
            {
                let message = format!("`{}` is not a tenant id", tenant.escape_debug());
                return Err(ConfigError::new(format!("{at}.tenants"), message));
            }
            let mut tenants = route.tenants.clone();
            if let Some(tenants) = &mut tenants {
                tenants.sort_unstable();
            }
            Ok(Route {
                path: route.path.clone(),
                methods: route.methods.clone(),
                service: route.service.clone(),
                tenants,
                releases: releases.iter().position(|releases| releases.service == route.service),
            })
        })
        .collect()
}
