//! What a Rust application has in its module of ours: nothing that only the JavaScript face calls.

use js_sys::{Object, Reflect};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::sdk;

#[wasm_bindgen_test]
fn an_application_exports_nothing_for_the_face() {
    assert!(sdk(None).sdk.is_enabled());
    let exports = wasm_bindgen::exports();
    assert!(Reflect::has(&exports, &"memory".into()).unwrap(), "{:?}", Object::keys(&exports.into()));
    for name in ["span_start", "start_request", "word_address", "make_room"] {
        assert!(!Reflect::has(&wasm_bindgen::exports(), &name.into()).unwrap(), "{name}");
    }
}
