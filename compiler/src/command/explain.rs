//! `tenantry explain`: what becomes of one request, and why.

use super::load::{clusters, load};
use super::{Console, Exit};
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;
use tenantry::explain::door::Via;
use tenantry::explain::{Asked, ExplainError, Explainer, Situation, Traveller, human, whole_way};
use tenantry::policy::Policy;

/// Say what becomes of a request, and which policy lines make it so: at a cluster's gateway, or on the whole way from a
/// front door.
///
/// At a gateway the filter's own engine decides, on the compiled configuration; for a front door there is a model of what
/// is compiled for it. Nothing is sent anywhere. A tenant's rate is taken to have room.
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
    #[arg(long, value_name = "NAME", conflicts_with = "via")]
    cluster: Option<String>,
    /// The front door that gets the request; the whole way from there is explained. `nginx-1.22` is NGINX before 1.23,
    /// which sees only the first of several headers of one name.
    #[arg(long, value_name = "FRONT DOOR", value_parser = via())]
    via: Option<Via>,
    /// A cluster that does not work, so that the front door sends its requests elsewhere; may be repeated.
    #[arg(long, value_name = "NAME", requires = "via", conflicts_with = "cluster")]
    down: Vec<String>,
    /// Explain what holds once this many steps of the policy's moves are done.
    #[arg(long, value_name = "NUMBER", default_value = "0", requires = "via", conflicts_with = "cluster")]
    step: usize,
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

Examples:
  tenantry explain policy.yaml --cluster us GET https://api.example.com/search -H 'X-Tenant-ID: tenant_a'
  tenantry explain policy.yaml --via nginx --down us GET https://api.example.com/search -H 'X-Tenant-ID: tenant_a'";

/// Load balancers by name.
fn via() -> impl clap::builder::TypedValueParser<Value = Via> {
    PossibleValuesParser::new(Via::ALL.map(Via::as_str))
        .map(|name| Via::ALL.into_iter().find(|via| via.as_str() == name).expect("a possible value"))
}

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
        let explained = match self.via {
            Some(via) => {
                let situation = Situation { via, down: self.down.clone(), steps: self.step };
                Traveller::new(&policy, &sources, &situation).map(|traveller| {
                    let journey = traveller.explain(&asked);
                    self.show(&journey, || whole_way(&asked, &journey))
                })
            }
            None => Explainer::new(&policy, &sources, self.gateway(&policy, console)?).map(|explainer| {
                let explanation = explainer.explain(&asked);
                self.show(&explanation, || human(&asked, &explanation))
            }),
        };
        console.out(explained.map_err(|error| {
            console.error(&error);
            match error {
                ExplainError::UnknownCluster(wanted) => {
                    console.err(clusters(&policy, &wanted));
                    Exit::Usage
                }
                ExplainError::NoFrontDoor | ExplainError::OtherFrontDoor { .. } | ExplainError::NoStep { .. } => {
                    Exit::Usage
                }
                ExplainError::Config(_) => Exit::Failed,
            }
        })?);
        Ok(())
    }

    /// The cluster whose gateway is asked about.
    fn gateway<'a>(&'a self, policy: &'a Policy, console: &Console) -> Result<&'a str, Exit> {
        match (&self.cluster, policy.clusters.keys().collect::<Vec<_>>().as_slice()) {
            (Some(named), _) => Ok(named),
            (None, [only]) => Ok(only),
            (None, _) => {
                console.error("the policy has several clusters; say with `--cluster` whose gateway gets the request, or with `--via` which front door");
                console.err(clusters(policy, ""));
                Err(Exit::Usage)
            }
        }
    }

    fn show(&self, explained: &impl Serialize, human: impl FnOnce() -> String) -> String {
        match self.format {
            Format::Human => human(),
            Format::Json => serde_json::to_string_pretty(explained).expect("an explanation is always serialisable"),
        }
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
