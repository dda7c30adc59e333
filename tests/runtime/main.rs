//! The built module, host call by host call, under a wasm runtime.
