//! `traceparent` to the letter.

use super::fixture::PARENT;
use tenantry_engine::trace::context::TraceContext;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TRACE_ID: [u8; 16] = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes();
const SPAN_ID: [u8; 8] = 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes();

#[test]
fn a_well_formed_one_is_read() {
    let read = |value: &str| TraceContext::parse(value.as_bytes());
    let context = TraceContext { trace_id: TRACE_ID, span_id: SPAN_ID, sampled: true };
    assert_eq!(read(PARENT), Some(context));
    assert_eq!(context.traceparent(), PARENT.as_bytes());
    let unsampled = TraceContext { sampled: false, ..context };
    assert_eq!(read("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"), Some(unsampled));
    // Flags that level 1 does not know are ignored.
    assert_eq!(read("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe"), Some(unsampled));
    assert_eq!(read("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff"), Some(context));
    // Higher versions are read by the fields of this one.
    assert_eq!(read("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), Some(context));
    assert_eq!(read("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-"), Some(context));
    assert_eq!(
        read("fe-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like"),
        Some(context)
    );
}

/// Much of it is from the W3C's own test suite.
const MALFORMED: &[&str] = &[
    "",
    "-",
    "00",
    "00-",
    "00-4bf92f3577b34da6a3ce929d0e0e4736",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
    // Longer than version 00 may be.
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
    " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    // A higher version goes on with a dash, or not at all.
    "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what-the-future-will-not-be-like",
    "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
    // The version that never will be.
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
    // Versions that are none.
    "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "000-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ".0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "0.-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    // Upper case.
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e473A-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0A",
    "CC-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    // No digits.
    "00-.bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-.0f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-.0",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0.",
    // Ids of other lengths.
    "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e47361-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b71-01",
    // Ids of nothing.
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    // Other separators, and several in one.
    "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01,00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e473\u{e9}-00f067aa0ba902b7-01",
];

#[test]
fn malformed_ones_are_not() {
    for value in MALFORMED {
        assert_eq!(TraceContext::parse(value.as_bytes()), None, "{value}");
    }
    assert_eq!(TraceContext::parse(b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\xff"), None);
}
