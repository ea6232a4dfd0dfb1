//! `tracePropagationTargets` as JavaScript gives them.

use js_sys::{Array, RegExp};
use throughline::app::browser::targets::read;
use throughline::app::settings::Target;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

fn list<const N: usize>(entries: [JsValue; N]) -> Array {
    entries.into_iter().collect()
}

#[wasm_bindgen_test]
fn an_option_that_is_not_set_is_not_an_empty_list() {
    assert_eq!(read(&JsValue::UNDEFINED).0, None);
    assert_eq!(read(&JsValue::NULL).0, None);
    assert_eq!(read(&Array::new()).0, Some(Vec::new()));
}

#[wasm_bindgen_test]
fn wrong_entries_are_left_out() {
    let list = list(["api.test".into(), JsValue::from(7), "".into(), JsValue::NULL]);
    assert_eq!(read(&list).0.map(|targets| targets.len()), Some(1));
    assert_eq!(read(&"api.test".into()).0, None);
}

#[wasm_bindgen_test]
fn patterns_do_not_remember_and_ignore_case() {
    let pattern = RegExp::new("^https://API\\.", "g");
    let (targets, patterns) = read(&list([pattern.into()]));
    assert_eq!(targets, Some(vec![Target::Pattern(0)]));
    for _ in 0..3 {
        assert_eq!(patterns.test("https://api.test/x", None), [true]);
    }
    assert_eq!(patterns.test("https://other.test/", None), [false]);
}

#[wasm_bindgen_test]
fn patterns_see_the_path_of_own_requests_and_never_a_fragment() {
    let (_, patterns) = read(&list([RegExp::new("^/api", "").into(), RegExp::new("secret", "").into()]));
    assert_eq!(patterns.test("https://shop.test/api#secret", Some("/api")), [true, false]);
    assert_eq!(patterns.test("https://other.test/api#secret", None), [false, false]);
}
