//! Normal form. What real Envoys make of paths is the matter of the proxy tier.

use tenantry_engine::path::{is_normal, normalize};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn normal_paths() {
    for path in [
        "/",
        "/a",
        "/a/",
        "/a/b.c",
        "/...",
        "/..a",
        "/a..",
        "/a;b=c",
        "/caf%C3%A9",
        "/caf%c3%a9",
        "/a%20b",
        "/a%252fb",
        "/!$&'()*+,:=@[]~-_",
    ] {
        assert!(is_normal(path.as_bytes()), "{path}");
        assert_eq!(normalize(path).as_deref(), Some(path));
    }
}

#[test]
fn paths_out_of_normal_form() {
    for path in [
        "",
        "a",
        "*",
        "//",
        "/a//b",
        "/.",
        "/..",
        "/./a",
        "/a/.",
        "/a/..",
        "/a/../b",
        "/%2e",
        "/%2E%2e/a",
        "/.%2e/a",
        "/a%2fb",
        "/a%2Fb",
        "/a%5cb",
        "/a\\b",
        "/%61",
        "/%7e",
        "/a%",
        "/a%4",
        "/a%zz",
        "/a%00b",
        "/a%0ab",
        "/a%7f",
        "/a b",
        "/a\tb",
        "/\u{e9}",
        "/a\"b",
        "/a<b",
        "/a|b",
        "/a^b",
        "/a`b",
        "/a{b}",
        "/..;",
        "/.;x/a",
        "/a/..;x=1/b",
    ] {
        assert!(!is_normal(path.as_bytes()), "{path}");
    }
}
