//! Hosts, endpoints and URLs.

use super::name::label_problem;
use crate::diagnostic::clip;
use crate::resolve::form::Text;
use crate::resolve::reader::Problem;
use crate::resolve::shape::TextShape;
use std::net::IpAddr;
use url::Url;

/// A host that the gateway serves: a DNS name, `*.` and a DNS name, or `*`.
#[derive(Debug)]
pub struct Host;

impl Text for Host {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a host name",
        pattern: Some(r"^(\*|(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)$"),
        longest: Some(253),
        examples: &["api.example.com", "\"*.example.com\""],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        if text == "*" {
            return Ok(text.to_owned());
        }
        dns(text.strip_prefix("*.").unwrap_or(text), text)?;
        Ok(text.to_owned())
    }
}

/// Where a cluster's gateway is reached: a host, perhaps with a port.
#[derive(Debug)]
pub struct Endpoint;

impl Text for Endpoint {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "a host name, perhaps with a port",
        pattern: Some(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(:[1-9][0-9]{0,4})?$"),
        longest: Some(259),
        examples: &["us-cluster.example.com", "eu.example.com:8443"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
        dns(host, text)?;
        if let Some(port) = port
            && (port.starts_with(['0', '+']) || port.parse::<u16>().is_err())
        {
            return Err(Problem::new(format!("has no port from 1 to 65535 after the colon: `{}`", clip(text))));
        }
        Ok(text.to_owned())
    }
}

/// Checks a DNS name; `written` is what it stands in.
fn dns(name: &str, written: &str) -> Result<(), Problem> {
    if written.contains("://") || written.contains('/') {
        return Err(Problem::new(format!("has to be a host without scheme or path: `{}`", clip(written)))
            .help("write the host alone, as in `api.example.com`"));
    }
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(Problem::new(format!("has to be in lower case: `{}`", clip(written)))
            .help(format!("write `{}`", written.to_ascii_lowercase())));
    }
    if name.len() > 253 || name.split('.').any(|label| label_problem(label).is_some()) {
        return Err(Problem::new(format!("is no DNS name: `{}`", clip(written)))
            .help("write labels of lower-case letters, digits and `-`, joined by dots, as in `api.example.com`"));
    }
    // Istio refuses a host whose last label is a number, which every IPv4 address is.
    if name.rsplit('.').next().is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(Problem::new(format!("is no DNS name, since its last label is a number: `{}`", clip(written)))
            .help(
                "an address will not do, because certificates and Istio's resources need a name; give it one in DNS",
            ));
    }
    Ok(())
}

/// An `https://` URL; `http://` is refused, because keys fetched over it prove nothing.
#[derive(Debug)]
pub struct HttpsUrl;

impl Text for HttpsUrl {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "an `https://` URL",
        pattern: Some("^https://[^ ]+$"),
        longest: Some(2_048),
        examples: &["https://id.example.com"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        url(text, &["https"], "https://id.example.com/keys")
    }
}

/// Where proxies fetch the filter's module.
#[derive(Debug)]
pub struct ModuleUrl;

impl Text for ModuleUrl {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the URL of a module",
        pattern: Some("^(oci|https|http|file)://[^ ]+$"),
        longest: Some(2_048),
        examples: &["oci://registry.example.com/tenantry/filter:0.1.0"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        url(text, &["oci", "https", "http", "file"], "oci://registry.example.com/tenantry/filter:0.1.0")
    }
}

fn url(text: &str, schemes: &[&str], example: &str) -> Result<String, Problem> {
    let bad = |why: &str| Problem::new(format!("{why}: `{}`", clip(text))).help(format!("write it as in `{example}`"));
    let scheme = text.split("://").next().filter(|scheme| scheme.len() < text.len()).unwrap_or_default();
    if !schemes.contains(&scheme) {
        let known = schemes.iter().map(|scheme| format!("`{scheme}://`")).collect::<Vec<_>>().join(" or ");
        return Err(bad(&format!("has to start with {known}")));
    }
    let parsed = Url::parse(text).map_err(|_| bad("is no URL"))?;
    if text.contains(|char: char| char.is_whitespace() || !char.is_ascii()) {
        return Err(bad("may hold neither blanks nor letters beyond ASCII"));
    }
    if scheme != "file" && parsed.host_str().is_none_or(str::is_empty) {
        return Err(bad("names no host"));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        // The URL is not repeated here: what is in it should not reach a log a second time.
        return Err(Problem::new("may not hold a user name or a password").help(format!("write it as in `{example}`")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, Host, Text as _};

    #[test]
    fn an_address_is_no_host() {
        for text in ["127.0.0.1", "*.0.0.1", "api.example.123", "8"] {
            assert!(Host::parse(text).is_err(), "{text}");
        }
        for text in ["192.0.2.1", "192.0.2.1:8443"] {
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
        assert!(Host::parse("1.2.3.4.example").is_ok() && Endpoint::parse("4you.example.x1:8443").is_ok());
    }
}

/// An IP address to listen on.
#[derive(Debug)]
pub struct ListenAddress;

impl Text for ListenAddress {
    type Value = IpAddr;
    const SHAPE: TextShape = TextShape {
        noun: "an IP address",
        pattern: Some("^[0-9a-fA-F.:]+$"),
        longest: Some(45),
        examples: &["0.0.0.0", "::", "127.0.0.1"],
    };

    fn parse(text: &str) -> Result<IpAddr, Problem> {
        text.parse().map_err(|_| {
            Problem::new(format!("is no IP address: `{}`", clip(text))).help("write `0.0.0.0` or `::` for all of them")
        })
    }
}
