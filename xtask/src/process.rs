//! Running other programs, always saying which.

use crate::error::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

/// Prints the command line, runs it with this process's output, and fails when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if status.success() { Ok(()) } else { Err(Error::new(format!("`{}` ended with {status}", line(command)))) }
}

/// As [`run`], but hands the program's own exit code on.
pub fn hand_over(command: &mut Command) -> Result<ExitCode> {
    let status = status(command)?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn status(command: &mut Command) -> Result<ExitStatus> {
    announce(command);
    command.stdin(Stdio::null()).status().map_err(|error| cannot_start(command, &error))
}

/// Shows the command line that is about to run.
pub fn announce(command: &Command) {
    eprintln!("$ {}", line(command));
}

/// The failure to start a program at all.
pub fn cannot_start(command: &Command, error: &std::io::Error) -> Error {
    Error::new(format!("cannot start `{}`: {error}", command.get_program().to_string_lossy()))
}

/// What the program prints on stdout, trimmed; `None` when it is absent or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The file that `program` on `PATH` means.
pub fn on_path(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(program)).find(|file| is_program(file))
}

/// Whether `file` exists and may be run.
pub fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// The command line as a person would type it.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let words = program.file_name().into_iter().chain(command.get_args());
    let quoted = words.map(|word| {
        let word = word.to_string_lossy();
        if word.is_empty() || word.contains(char::is_whitespace) { format!("'{word}'") } else { word.into_owned() }
    });
    quoted.collect::<Vec<_>>().join(" ")
}
