//! `policies/NAME.requests.yaml`: requests and expectations.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tenantry::explain::{AskError, Asked};

/// A whole table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The policy, beside the table.
    pub policy: PathBuf,
    /// The requests, in the order in which they are sent.
    pub requests: Vec<Row>,
}

/// One request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What it shows.
    pub name: String,
    /// The cluster whose gateway it reaches.
    pub at: String,
    /// Method and URL.
    pub send: String,
    /// Header lines, sent as they stand.
    #[serde(default)]
    pub headers: Vec<String>,
    /// A good token for this tenant goes along.
    #[serde(default)]
    pub token: Option<String>,
    /// A body of type `application/json`.
    #[serde(default)]
    pub json: Option<String>,
    /// Sent until the expected status comes, so many times at most: a slow machine needs more to be over a rate.
    #[serde(default)]
    pub flood: Option<u32>,
    /// What has to become of it.
    pub expect: Expect,
}

/// What has to become of a request. Absent fields may be anything.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// `allow`, `refuse`, `forward` or `redirect`.
    pub verdict: String,
    /// The status of the answer; 200 where a service answers.
    #[serde(default)]
    pub status: Option<u16>,
    /// The refusal's code.
    #[serde(default)]
    pub code: Option<String>,
    /// The cluster whose service answers.
    #[serde(default)]
    pub cluster: Option<String>,
    /// The service that answers.
    #[serde(default)]
    pub service: Option<String>,
    /// The release that answers.
    #[serde(default)]
    pub release: Option<String>,
    /// Path and query as the service sees them.
    #[serde(default)]
    pub path: Option<String>,
    /// Headers as the service sees them; null for one that it must not see.
    #[serde(default)]
    pub upstream: BTreeMap<String, Option<String>>,
}

impl Table {
    /// Reads a table; the policy's path becomes relative to the working directory.
    ///
    /// # Errors
    /// When the file cannot be read or is no table, with its name.
    pub fn read(path: &Path) -> Result<Self, String> {
        let place = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| place(&error))?;
        let mut table: Self = serde_saphyr::from_str(&text).map_err(|error| place(&error))?;
        table.policy = path.with_file_name(&table.policy);
        Ok(table)
    }
}

impl Row {
    /// The request as `explain` is asked about it.
    ///
    /// # Errors
    /// When the row is no request.
    pub fn asked(&self) -> Result<Asked, AskError> {
        let (method, url) = self.send.split_once(' ').unwrap_or((&self.send, ""));
        let mut asked = Asked::new(method, url)?;
        for header in &self.headers {
            asked.header(header)?;
        }
        if let Some(json) = &self.json {
            asked.header("Content-Type: application/json")?;
            asked.body = Some(json.clone().into_bytes());
        }
        asked.claim.clone_from(&self.token);
        Ok(asked)
    }
}
