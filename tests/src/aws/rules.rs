//! What the rules of an Application Load Balancer do to a request, as AWS documents it: rules in the order of their
//! priorities, conditions of a rule all together, strings of a condition one of them, each value of a repeated header.

use super::Request;
use regex::{Regex, RegexBuilder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Whether regular expressions mind the case. AWS does not say, so that nothing may depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// They do.
    Minded,
    /// They do not.
    Ignored,
}

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It goes to one of these targets, `address:port`, sorted.
    Forwarded(Vec<String>),
    /// It is answered with this status and code.
    Refused(u16, String),
}

/// What the listener with TLS does.
#[derive(Clone, Debug)]
pub struct Snapshot {
    rules: Vec<Rule>,
    otherwise: Value,
    targets: BTreeMap<String, Vec<String>>,
    whole: Value,
}

#[derive(Clone, Debug)]
struct Rule {
    conditions: Vec<Condition>,
    action: Value,
}

#[derive(Clone, Debug)]
struct Condition {
    field: String,
    header: String,
    /// Each with the case minded, and ignored.
    strings: Vec<(Regex, Regex)>,
}

impl Snapshot {
    /// Reads an entry of the stand-in's journal.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn new(whole: Value) -> Self {
        let rules = whole["rules"].as_array().expect("rules").iter().map(Rule::new).collect();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let targets = whole["targets"].as_object().expect("targets").iter();
        let targets = targets
            .map(|(arn, targets)| {
                let mut targets: Vec<String> = targets.as_array().expect("a list").iter().map(text).collect();
                targets.sort_unstable();
                (arn.clone(), targets)
            })
            .collect();
        Self { rules, otherwise: whole["otherwise"][0].clone(), targets, whole }
    }

    /// Reads a compiled directory. Places of ARNs stand for targets.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn compiled(directory: &Path) -> Self {
        let read = |path: &Path| -> Value {
            let text = std::fs::read_to_string(path).expect("readable");
            serde_json::from_str(&text).expect("JSON")
        };
        let script = std::fs::read_to_string(directory.join("apply.sh")).expect("readable");
        let names =
            script.split_once("\nrules='").and_then(|(_, rest)| rest.split('\'').next()).expect("names of rules");
        let files = names.lines().map(|name| directory.join(format!("rules/{name}.json")));
        let mut rules: Vec<Value> = files.map(|file| read(&file)).collect();
        rules.sort_by_key(|rule| rule["Priority"].as_u64());
        let places = rules.iter().filter_map(|rule| rule["Actions"][0]["TargetGroupArn"].as_str());
        let targets: BTreeMap<&str, [&str; 1]> = places.map(|place| (place, [place])).collect();
        let listener = read(&directory.join("listeners/https/create-listener.json"));
        Self::new(serde_json::json!({"rules": rules, "otherwise": listener["DefaultActions"], "targets": targets}))
    }

    /// All that the stand-in said.
    #[must_use]
    pub const fn whole(&self) -> &Value {
        &self.whole
    }

    /// How many rules there are.
    #[must_use]
    pub fn rules(&self) -> usize {
        self.rules.len()
    }

    /// What becomes of a request.
    ///
    /// # Panics
    /// When a rule neither forwards nor refuses.
    #[must_use]
    pub fn outcome(&self, request: &Request, case: Case) -> Outcome {
        let rule =
            self.rules.iter().find(|rule| rule.conditions.iter().all(|condition| condition.holds(request, case)));
        let action = rule.map_or(&self.otherwise, |rule| &rule.action);
        if let Some(group) = action["TargetGroupArn"].as_str() {
            return Outcome::Forwarded(self.targets.get(group).cloned().unwrap_or_default());
        }
        let answer = &action["FixedResponseConfig"];
        let status = answer["StatusCode"].as_str().and_then(|status| status.parse().ok()).expect("a status");
        let body: Value = serde_json::from_str(answer["MessageBody"].as_str().expect("a body")).expect("JSON");
        assert_eq!(body["status"], status, "{action}");
        Outcome::Refused(status, body["code"].as_str().expect("a code").to_owned())
    }
}

impl Rule {
    fn new(rule: &Value) -> Self {
        let conditions = rule["Conditions"].as_array().expect("conditions").iter().map(Condition::new).collect();
        Self { conditions, action: rule["Actions"][0].clone() }
    }
}

impl Condition {
    fn new(condition: &Value) -> Self {
        let field = condition["Field"].as_str().expect("a field").to_owned();
        let config = match field.as_str() {
            "host-header" => &condition["HostHeaderConfig"],
            "path-pattern" => &condition["PathPatternConfig"],
            "http-header" => &condition["HttpHeaderConfig"],
            _ => panic!("a condition on {field}"),
        };
        let list = |value: &Value| -> Vec<String> {
            let items = value.as_array().into_iter().flatten();
            items.map(|item| item.as_str().expect("text").to_owned()).collect()
        };
        // Whether patterns mind the case, AWS does say: those of paths do, and no others.
        let ignored = field != "path-pattern";
        let patterns =
            list(&config["Values"]).into_iter().map(|text| (pattern(&text, ignored), pattern(&text, ignored)));
        let build = |text: &str, ignored| RegexBuilder::new(text).case_insensitive(ignored).build().expect("a regex");
        let expressions =
            list(&config["RegexValues"]).into_iter().map(|text| (build(&text, false), build(&text, true)));
        let header = config["HttpHeaderName"].as_str().unwrap_or_default().to_ascii_lowercase();
        Self { field, header, strings: patterns.chain(expressions).collect() }
    }

    fn holds(&self, request: &Request, case: Case) -> bool {
        let matches = |value: &str| {
            self.strings.iter().any(|(minded, ignored)| {
                let regex = if case == Case::Minded { minded } else { ignored };
                regex.is_match(value)
            })
        };
        match self.field.as_str() {
            "host-header" => matches(&request.host),
            "path-pattern" => matches(&request.path),
            _ => {
                let mut values = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(&self.header));
                values.any(|(_, value)| matches(value))
            }
        }
    }
}

/// `*` is any text, `?` is any character.
fn pattern(text: &str, case_ignored: bool) -> Regex {
    let expression = regex::escape(text).replace(r"\*", ".*").replace(r"\?", ".");
    RegexBuilder::new(&format!("^{expression}$")).case_insensitive(case_ignored).build().expect("a pattern")
}
