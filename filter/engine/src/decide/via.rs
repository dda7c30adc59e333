//! Which gateways a request came through: no request is forwarded to a cluster that has forwarded it.
//!
//! The header is believed whoever sent it. A client can only make a gateway refuse what it would have forwarded; were it
//! removed as a client's, two clusters that disagree would send a request to and fro.

use super::alike;
use crate::decision::STAMP_VIA;
use crate::load::Config;
use crate::request::Request;
use std::borrow::Cow;

/// The value of [`STAMP_VIA`] for a request that goes on to `cluster`. None when it has been there, or here.
pub(super) fn onward<'a>(config: &'a Config, request: &Request<'a>, cluster: &str) -> Option<Cow<'a, str>> {
    let here = config.cluster.as_str();
    let came = request.headers.iter().filter(|(name, _)| alike(name, STAMP_VIA));
    let passed = came.flat_map(|(_, value)| value.split(|&byte| byte == b',')).map(<[u8]>::trim_ascii);
    // What is no cluster of this policy says nothing, and does not go on.
    let mut onward = Cow::Borrowed("");
    for name in passed.filter_map(|name| config.clusters.iter().find(|known| known.as_bytes() == name)) {
        if name == cluster || name == here {
            return None;
        }
        if !onward.split(',').any(|passed| passed == name) {
            onward.to_mut().push_str(name);
            onward.to_mut().push(',');
        }
    }
    match onward {
        Cow::Borrowed(_) => Some(Cow::Borrowed(here)),
        Cow::Owned(passed) => Some(Cow::Owned(passed + here)),
    }
}
