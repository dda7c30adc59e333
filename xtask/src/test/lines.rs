//! What a program prints, line by line as it comes.

use crate::error::{Error, Result};
use crate::process;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};

/// Runs the program and hands on each line of its standard output.
pub fn of_output(command: &mut Command, each: impl FnMut(&str)) -> Result<ExitStatus> {
    run(command.stdout(Stdio::piped()), |child| child.stdout.take(), each)
}

/// Runs the program and hands on each line of its standard error.
pub fn of_errors(command: &mut Command, each: impl FnMut(&str)) -> Result<ExitStatus> {
    run(command.stderr(Stdio::piped()), |child| child.stderr.take(), each)
}

fn run<R: Read>(
    command: &mut Command,
    stream: impl Fn(&mut std::process::Child) -> Option<R>,
    mut each: impl FnMut(&str),
) -> Result<ExitStatus> {
    process::announce(command);
    let mut child = command.stdin(Stdio::null()).spawn().map_err(|error| process::cannot_start(command, &error))?;
    if let Some(stream) = stream(&mut child) {
        for line in BufReader::new(stream).split(b'\n') {
            let line = line.map_err(|error| Error::new(format!("cannot read what the program prints: {error}")))?;
            each(&String::from_utf8_lossy(&line));
        }
    }
    child.wait().map_err(|error| Error::new(format!("cannot wait for the program: {error}")))
}
