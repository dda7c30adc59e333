//! The proxy-wasm filter: carries requests from Envoy to the engine and back. It decides nothing.
//!
//! - [`root`]: the life of a configuration.
//! - [`request`]: the life of a request.
//! - [`body`], [`throttle`]: what a decision may still owe.
//! - [`answer`], [`properties`], [`metrics`]: what comes of a decision.
//! - [`trace`], [`export`], [`answers`], [`entropy`]: the request's span, and its way to Phoenix.
//! - [`host`], [`pairs`], [`table`]: the edge to the proxy; all `unsafe` is in `host`, `answers` and `table`.
//!
//! A trap is the filter's last way to fail closed, never its first: nothing on a request's way may panic.

#![deny(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod answer;
mod answers;
mod body;
mod copy;
mod entropy;
mod export;
mod host;
mod metrics;
mod pairs;
mod properties;
mod request;
mod root;
mod table;
mod throttle;
mod trace;

/// What the host calls first.
mod start {
    use crate::{host, root};

    proxy_wasm::main! {{
        std::panic::set_hook(Box::new(|panic| host::log(host::Level::Critical, &panic.to_string())));
        proxy_wasm::set_root_context(|id| Box::new(root::Root::new(id)));
    }}
}
