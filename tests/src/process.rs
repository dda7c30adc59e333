//! What the system says of a process.

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
