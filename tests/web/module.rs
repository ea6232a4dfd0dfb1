//! What a Rust application has in its module of ours: nothing of the package for JavaScript.

use js_sys::{Object, Reflect};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::sdk;

#[wasm_bindgen_test]
fn an_application_has_nothing_of_the_package() {
    assert!(sdk(None).sdk.is_enabled());
    let exports = wasm_bindgen::exports();
    assert!(Reflect::has(&exports, &"memory".into()).unwrap(), "{:?}", Object::keys(&exports.into()));
    for name in ["room", "receive", "page_load", "decide", "judge", "sampling_context", "idle_end"] {
        assert!(!Reflect::has(&wasm_bindgen::exports(), &name.into()).unwrap(), "{name}");
    }
}
