//! What the system says of a process, and what it is told.

use std::process::{Command, Stdio};

/// Resident memory in bytes.
///
/// # Errors
/// When the process is gone.
pub fn resident(pid: u32) -> Result<u64, String> {
    memory(pid, "VmRSS:")
}

/// The most resident memory so far, in bytes.
///
/// # Errors
/// When the process is gone.
pub fn peak(pid: u32) -> Result<u64, String> {
    memory(pid, "VmHWM:")
}

fn memory(pid: u32, what: &str) -> Result<u64, String> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).map_err(|e| e.to_string())?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)).ok_or("status does not tell")?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().map_err(|_| "the size is not a number")?;
    Ok(kib * 1024)
}

/// A process and everything that it has started, by their ids.
#[must_use]
pub fn tree(pid: u32) -> Vec<u32> {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|id| id.parse().ok());
    [pid].into_iter().chain(children.flat_map(tree)).collect()
}

/// Resident memory in bytes, of which what is shared with other processes counts by its share.
///
/// # Errors
/// When the process is gone.
pub fn proportional(pid: u32) -> Result<u64, String> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).map_err(|e| e.to_string())?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).ok_or("the system does not tell")?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().map_err(|_| "the size is not a number")?;
    Ok(kib * 1024)
}

/// Processor time of all threads so far, in nanoseconds.
///
/// # Errors
/// When the process is gone.
pub fn cpu(pid: u32) -> Result<u64, String> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).map_err(|e| e.to_string())?;
    let spent = threads.filter_map(Result::ok).filter_map(|thread| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    Ok(spent.sum())
}

/// Sends a process a signal, such as `HUP`; whether that went well. By the shell, which has this built in: the program
/// `kill` is not on every machine.
#[must_use]
pub fn signal_to(signal: &str, pid: u32) -> bool {
    let mut shell = Command::new("sh");
    shell.args(["-c", "kill -s \"$1\" \"$2\"", "kill", signal, &pid.to_string()]).stderr(Stdio::null());
    shell.status().is_ok_and(|status| status.success())
}
