//! Normal form is where Envoy's normalisation ends.

use proptest::prelude::*;
use tenantry_engine::path::{is_normal, normalize};

proptest! {
    #[test]
    fn normal_paths_stay_as_they_are(path in "/(([a-z.;~]|%[2-7][0-9A-F]|%C3){0,4}/?){0,6}") {
        if is_normal(path.as_bytes()) {
            prop_assert_eq!(normalize(&path), Some(path));
        }
    }

    #[test]
    fn ordinary_mess_becomes_normal(path in r"/(\.|\.\.|%2[eE]|%2[fF]|%5[cC]|//|/|\\|[a-z~|]|%61|%20|%C3%A9){0,12}") {
        let normal = normalize(&path).unwrap();
        // Of slashes alone Envoy leaves two.
        prop_assert!(is_normal(normal.as_bytes()) || normal == "//", "{}", normal);
        prop_assert_eq!(normalize(&normal), Some(normal));
    }

    #[test]
    fn what_no_url_holds_is_refused(path in "/[a-z/?]{0,9}", odd in "[^!-~]") {
        prop_assert_eq!(normalize(&format!("{path}{odd}")), None);
    }

    #[test]
    fn no_bytes_make_it_fail(path: Vec<u8>, target: String) {
        let _ = (is_normal(&path), normalize(&target), normalize(&format!("/{target}")));
    }
}
