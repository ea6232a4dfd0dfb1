//! What stands in for parts of a page, see `stand_ins.js`.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/tests/web/stand_ins.js")]
extern "C" {
    pub fn restore();
    #[wasm_bindgen(js_name = standIn)]
    pub fn stand_in(status: u16, fail: &JsValue) -> Array;
    #[wasm_bindgen(js_name = answerLater)]
    pub fn answer_later() -> Array;
    #[wasm_bindgen(js_name = eventBodies)]
    pub fn event_bodies(calls: &Array) -> Array;
    #[wasm_bindgen(js_name = readTrees)]
    pub fn read_trees(calls: &Array) -> String;
    pub fn caught(code: &JsValue) -> String;
    pub fn redirect(url: &str) -> Array;
    pub fn refuse() -> Array;
    #[wasm_bindgen(js_name = refuseXhr)]
    pub fn refuse_xhr() -> Array;
    #[wasm_bindgen(js_name = hearWarnings)]
    pub fn hear_warnings() -> Function;
    pub fn run(code: &str) -> JsValue;
    #[wasm_bindgen(js_name = headerOf)]
    pub fn header_of(call: &JsValue, name: &str) -> Option<String>;
    pub fn options() -> JsValue;
    #[wasm_bindgen(js_name = replaceCrypto)]
    pub fn replace_crypto(callback: &JsValue) -> Function;
}
