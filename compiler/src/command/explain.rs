//! `tenantry explain`: what a gateway does with one request, and why.

use super::load::{clusters, load};
use super::{Console, Exit};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use tenantry::explain::{Asked, ExplainError, Explainer, human};

/// Say what a cluster's gateway does with a request, and which policy lines make it do so.
///
/// The filter's own engine decides, on the compiled configuration; nothing is sent anywhere. A tenant's
/// rate is taken to have room.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Explain {
    /// The policy file.
    policy: PathBuf,
    /// The method, for example GET.
    method: String,
    /// The URL, for example https://api.example.com/search.
    url: String,
    /// The cluster whose gateway gets the request. May be left out where the policy has one cluster only.
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// A request header, as curl takes it; may be repeated.
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// The tenant claim of the verified token that comes with the request.
    #[arg(long, value_name = "VALUE")]
    claim: Option<String>,
    /// The request's body. Its type is application/json unless a header says otherwise.
    #[arg(long, value_name = "TEXT", conflicts_with = "body")]
    data: Option<String>,
    /// A file with the request's body; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// How to print the answer.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

const HELP: &str = "\
Exit codes:
  0  the answer is on standard output, whatever the verdict
  1  the policy has errors
  2  the command line is wrong, or the request is none
  3  a file cannot be read

Example:
  tenantry explain policy.yaml --cluster us GET https://api.example.com/search -H 'X-Tenant-ID: tenant_a'";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    Human,
    /// One JSON object
    Json,
}

impl Explain {
    pub fn run(self, console: &Console) -> Exit {
        match self.explain(console) {
            Ok(()) => Exit::Ok,
            Err(exit) => exit,
        }
    }

    fn explain(self, console: &Console) -> Result<(), Exit> {
        let asked = self.asked(console)?;
        let (policy, sources) = load(&self.policy, console)?;
        let cluster = match (&self.cluster, policy.clusters.keys().collect::<Vec<_>>().as_slice()) {
            (Some(named), _) => named.clone(),
            (None, [only]) => (*only).clone(),
            (None, _) => {
                console.error("the policy has several clusters; say with `--cluster` whose gateway gets the request");
                console.err(clusters(&policy, ""));
                return Err(Exit::Usage);
            }
        };
        let explainer = Explainer::new(&policy, &sources, &cluster).map_err(|error| {
            console.error(&error);
            match error {
                ExplainError::UnknownCluster(_) => {
                    console.err(clusters(&policy, &cluster));
                    Exit::Usage
                }
                ExplainError::Config(_) => Exit::Failed,
            }
        })?;
        let explanation = explainer.explain(&asked);
        match self.format {
            Format::Human => console.out(human(&asked, &explanation)),
            Format::Json => {
                console.out(serde_json::to_string_pretty(&explanation).expect("an explanation is always serialisable"));
            }
        }
        Ok(())
    }

    fn asked(&self, console: &Console) -> Result<Asked, Exit> {
        let usage = |error| {
            console.error(error);
            Exit::Usage
        };
        let mut asked = Asked::new(&self.method, &self.url).map_err(usage)?;
        for header in &self.headers {
            asked.header(header).map_err(usage)?;
        }
        asked.claim.clone_from(&self.claim);
        // What curl would read from a file must not be taken for the body itself without a word.
        if let Some(file) = self.data.as_ref().and_then(|text| text.strip_prefix('@')) {
            console.error(format_args!("`--data` takes the body itself, not a file; use `--body {file}`"));
            return Err(Exit::Usage);
        }
        asked.body = self.read_body().map_err(|(path, error)| {
            console.error(format_args!("cannot read `{path}`: {error}"));
            Exit::Failed
        })?;
        if asked.body.is_some() && !asked.has("content-type") {
            asked.header("content-type: application/json").map_err(usage)?;
        }
        Ok(asked)
    }

    fn read_body(&self) -> Result<Option<Vec<u8>>, (String, std::io::Error)> {
        let Some(path) = &self.body else { return Ok(self.data.clone().map(String::into_bytes)) };
        let read = if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
        } else {
            std::fs::read(path)
        };
        read.map(Some).map_err(|error| (path.display().to_string(), error))
    }
}
