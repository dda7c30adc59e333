//! The proxy-wasm filter: carries requests from Envoy to the engine and back. It decides nothing.
