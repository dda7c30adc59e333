//! An account at the stand-in for AWS, and the compiled script run against it.

use super::rules::Snapshot;
use super::{VERSION, python};
use crate::envoy::workspace;
use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// An account with the VPC, the subnets and the certificate that the Cogniverse policy names. Dropping it ends the
/// stand-in, and so does the end of this process, whatever ends it.
#[derive(Debug)]
pub struct Account {
    server: Child,
    cli: Child,
    port: u16,
    home: TempDir,
}

/// What a run of the script did.
#[derive(Debug)]
pub struct Applied {
    /// Whether it exited with 0.
    pub done: bool,
    /// What it printed.
    pub out: String,
    /// What it complained of.
    pub err: String,
    /// The operations that changed something, in order, and what each left behind.
    pub steps: Vec<(String, Snapshot)>,
    /// What the stand-in refused.
    pub refused: Vec<String>,
}

impl Account {
    /// Starts a stand-in that allows a load balancer so many rules.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(rules: usize) -> Self {
        let home = TempDir::with_prefix("tenantry-aws-").expect("a temporary directory");
        let account = json!({
            "region": "us-east-1",
            "vpc": "vpc-0123456789abcdef0",
            "ranges": ["10.0.0.0/16"],
            "subnets": {"subnet-0123456789abcdef0": "us-east-1a", "subnet-0123456789abcdef1": "us-east-1b"},
            "securityGroups": ["sg-0123456789abcdef0"],
            "certificates": ["arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"],
            "rules": rules,
        });
        let mut server = Command::new(python())
            .arg("-B")
            .arg(workspace().join("tests/src/aws/stand_in/serve.py"))
            .arg(account.to_string())
            .arg(home.path().join("journal"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the stand-in starts");
        let mut line = String::new();
        BufReader::new(server.stdout.take().expect("a pipe")).read_line(&mut line).expect("the stand-in's port");
        let port = line.trim().parse().expect("the stand-in's port");
        let cli = cli(home.path());
        Self { server, cli, port, home }
    }

    /// Runs `apply.sh` of a compiled directory.
    ///
    /// # Panics
    /// When bash does not run.
    #[must_use]
    pub fn apply(&self, directory: &Path, arguments: &[&str]) -> Applied {
        let before = self.journal().len();
        let output = self
            .with_aws(Command::new("bash").arg(directory.join("apply.sh")).args(arguments))
            .output()
            .expect("bash runs");
        let (mut steps, mut refused) = (Vec::new(), Vec::new());
        for entry in self.journal().split_off(before) {
            match (&entry["refused"], &entry["call"]) {
                (Value::String(code), _) => refused.push(format!("{code}: {}", entry["message"])),
                (_, Value::String(call)) => steps.push((call.clone(), Snapshot::new(entry.clone()))),
                _ => panic!("an entry of the journal: {entry}"),
            }
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Applied { done: output.status.success(), out: text(&output.stdout), err: text(&output.stderr), steps, refused }
    }

    /// Runs one command of `aws elbv2`, and gives what it prints.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    pub fn elbv2(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(self.program());
        let output = self.with_aws(command.arg("elbv2").args(arguments)).output().expect("aws runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn program(&self) -> PathBuf {
        self.home.path().join("bin/aws")
    }

    /// Lets a command find the stand-in, and nothing of the real AWS or of whoever runs the tests.
    fn with_aws<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = [self.home.path().join("bin")].into_iter().chain(std::env::split_paths(&path));
        command
            .env("PATH", std::env::join_paths(folders).expect("folders without colons"))
            .env("AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2", format!("http://127.0.0.1:{}", self.port))
            .env("AWS_ACCESS_KEY_ID", "nobody")
            .env("AWS_SECRET_ACCESS_KEY", "nothing")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env_remove("AWS_PROFILE")
    }

    fn journal(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.home.path().join("journal")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("a line of the journal")).collect()
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        for process in [&mut self.server, &mut self.cli] {
            drop(process.stdin.take());
            let _ = process.wait();
        }
    }
}

/// Loads the AWS command line, and puts a program `bin/aws` below `home` that calls it.
fn cli(home: &Path) -> Child {
    let script = workspace().join("tests/src/aws/cli.py");
    let socket = home.join("aws.sock");
    let mut command = Command::new(python());
    command.arg("-B").arg(&script).arg("serve").arg(&socket);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut server = command.spawn().expect("the AWS command line starts");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    assert_eq!(line, "ready\n");
    let program = home.join("bin/aws");
    fs::create_dir(home.join("bin")).expect("writable");
    let (python, script, socket) = (python(), script.display(), socket.display());
    let call = format!("#!/bin/sh\nexec '{}' -I -S '{script}' call '{socket}' \"$@\"\n", python.display());
    fs::write(&program, call).expect("writable");
    fs::set_permissions(&program, Permissions::from_mode(0o755)).expect("writable");
    server
}

impl Applied {
    /// What the last step left behind.
    ///
    /// # Panics
    /// When the script failed, AWS refused something, or nothing changed.
    #[must_use]
    pub fn last(&self) -> &Snapshot {
        assert!(self.done && self.refused.is_empty(), "{VERSION}: {} {:?}", self.err, self.refused);
        let (_, last) = self.steps.last().expect("a step");
        last
    }

    /// How many steps were of this operation.
    #[must_use]
    pub fn count(&self, operation: &str) -> usize {
        self.steps.iter().filter(|(call, _)| call == operation).count()
    }
}
