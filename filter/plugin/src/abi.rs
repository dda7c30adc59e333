//! The callbacks of proxy-wasm ABI 0.2.1 that this filter handles, and no other.
//!
//! A proxy crosses into the module for every callback that a module exports, so none is exported that does nothing: not
//! the response's, not the log's, not the end of a context (its deletion is enough). That is also why there is no SDK:
//! the one for Rust exports every callback and keeps every default handler's host calls alive.

#![expect(unsafe_code, reason = "exports under the names of the ABI")]

use crate::host::{self, Level};
use crate::request::Http;
use crate::root::Root;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem::ManuallyDrop;

/// Everything alive in this VM, by context id.
#[derive(Default)]
struct Contexts {
    roots: BTreeMap<u32, Root>,
    requests: BTreeMap<u32, Http>,
}

thread_local! {
    static CONTEXTS: RefCell<Contexts> = RefCell::default();
}

/// What the proxy is to do next with a request.
#[repr(u32)]
#[derive(Clone, Copy)]
pub enum Action {
    /// Go on to the next filter.
    Continue = 0,
    /// Hold it.
    Pause = 1,
}

/// Declares the ABI's version by its name.
#[unsafe(no_mangle)]
extern "C" fn proxy_abi_version_0_2_1() {}

/// The module has been loaded.
#[unsafe(no_mangle)]
extern "C" fn _initialize() {
    std::panic::set_hook(Box::new(|panic| host::log(Level::Critical, &panic.to_string())));
}

/// The proxy wants to return data in a block of `size` bytes; [`host`] takes it from there.
#[unsafe(no_mangle)]
extern "C" fn proxy_on_memory_allocate(size: usize) -> *mut u8 {
    ManuallyDrop::new(Vec::<u8>::with_capacity(size)).as_mut_ptr()
}

/// A context comes to life: a root context if it has no root, else a request.
#[unsafe(no_mangle)]
extern "C" fn proxy_on_context_create(context: u32, root: u32) {
    CONTEXTS.with_borrow_mut(|Contexts { roots, requests }| {
        if root == 0 {
            roots.insert(context, Root::default());
        } else {
            requests.insert(context, Http::new(roots.get(&root).and_then(Root::running)));
        }
    });
}

/// A root context gets a configuration of `len` bytes; false refuses it.
#[unsafe(no_mangle)]
extern "C" fn proxy_on_configure(root: u32, len: usize) -> bool {
    CONTEXTS.with_borrow_mut(|contexts| contexts.roots.entry(root).or_default().configure(len))
}

/// A context is over.
#[unsafe(no_mangle)]
extern "C" fn proxy_on_delete(context: u32) {
    CONTEXTS.with_borrow_mut(|Contexts { roots, requests }| {
        if requests.remove(&context).is_none() {
            roots.remove(&context);
        }
    });
}

/// A request's headers are there.
#[unsafe(no_mangle)]
extern "C" fn proxy_on_request_headers(context: u32, _count: u32, end_of_stream: bool) -> Action {
    request(context, |request| request.headers(end_of_stream))
}

/// More of a request's body is there; the proxy holds `buffered` bytes.
#[unsafe(no_mangle)]
extern "C" fn proxy_on_request_body(context: u32, buffered: usize, end_of_stream: bool) -> Action {
    request(context, |request| request.body(buffered, end_of_stream))
}

/// A request's trailers are there, and so all of its body.
#[unsafe(no_mangle)]
extern "C" fn proxy_on_request_trailers(context: u32, _count: u32) -> Action {
    request(context, Http::trailers)
}

/// Finds a request. One that the proxy never announced has no configuration, and is refused for that.
fn request(context: u32, callback: impl FnOnce(&mut Http) -> Action) -> Action {
    CONTEXTS.with_borrow_mut(|contexts| callback(contexts.requests.entry(context).or_insert_with(|| Http::new(None))))
}
