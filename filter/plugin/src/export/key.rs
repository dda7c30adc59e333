//! The API key: in the VM's environment, in the calls to the collector, and nowhere else.

use crate::host;

/// The value of `authorization` with the key that the environment holds under `variable`. None where it holds no usable
/// one; the log says so without the key.
pub fn bearer(variable: &str) -> Option<String> {
    let environment = host::wasi::environment().unwrap_or_default();
    let entry = environment.split(|&byte| byte == 0).find_map(|entry| value(entry, variable));
    // Secrets made from files often end in a newline.
    let key = entry.and_then(|entry| std::str::from_utf8(entry).ok()).map(str::trim);
    let problem = match key {
        None | Some("") => "is not set",
        Some(key) if !key.bytes().all(|byte| byte.is_ascii_graphic()) => "holds no key that fits into a header",
        Some(key) => return Some(format!("Bearer {key}")),
    };
    let message = format!("the environment variable `{variable}` {problem}; spans are sent without an API key");
    host::log(host::Level::Error, &message);
    None
}

fn value<'a>(entry: &'a [u8], variable: &str) -> Option<&'a [u8]> {
    entry.strip_prefix(variable.as_bytes())?.strip_prefix(b"=")
}
