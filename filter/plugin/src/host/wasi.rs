//! The two parts of WASI that the filter uses; Envoy offers both to every module.

const SUCCESS: u16 = 0;

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn random_get(bytes: *mut u8, len: usize) -> u16;
    fn environ_sizes_get(count: *mut usize, len: *mut usize) -> u16;
    fn environ_get(entries: *mut *mut u8, bytes: *mut u8) -> u16;
}

/// Fills `bytes` with what nobody can foresee. False if the host did not.
pub fn random(bytes: &mut [u8]) -> bool {
    unsafe { random_get(bytes.as_mut_ptr(), bytes.len()) == SUCCESS }
}

/// The VM's environment: `NAME=value` and a NUL for each variable, one after the other.
pub fn environment() -> Option<Vec<u8>> {
    let (mut count, mut len) = (0, 0);
    if unsafe { environ_sizes_get(&raw mut count, &raw mut len) } != SUCCESS {
        return None;
    }
    let mut entries = vec![std::ptr::null_mut(); count];
    let mut bytes = vec![0; len];
    (unsafe { environ_get(entries.as_mut_ptr(), bytes.as_mut_ptr()) } == SUCCESS).then_some(bytes)
}
