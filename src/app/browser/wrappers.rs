//! Where the wrappers of `patch/` come from: they are modules beside that of the application.

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/app/browser/patch/fetch.js")]
extern "C" {
    #[wasm_bindgen(js_name = patchFetchForCore)]
    fn patch_fetch(
        owner: &JsValue,
        start: &JsValue,
        merge: &JsValue,
        end: &JsValue,
        broke: &JsValue,
    ) -> Function;
}

#[wasm_bindgen(module = "/src/app/browser/patch/xhr.js")]
extern "C" {
    #[wasm_bindgen(js_name = patchXhrForCore)]
    fn patch_xhr(
        owner: &JsValue,
        start: &JsValue,
        merge: &JsValue,
        end: &JsValue,
        broke: &JsValue,
    ) -> Function;

    /// Hears of requests that have ended, before the next one is judged.
    pub fn settle();
}

/// What is wrapped.
#[derive(Clone, Copy, Debug)]
pub enum Wrapper {
    /// `fetch`.
    Fetch,
    /// `XMLHttpRequest`.
    Xhr,
}

/// Wraps what the owner has; answers with the function that takes it back.
pub fn wrap(
    wrapper: Wrapper,
    owner: &JsValue,
    start: &JsValue,
    merge: &JsValue,
    end: &JsValue,
    broke: &JsValue,
) -> Option<Function> {
    let patch = match wrapper {
        Wrapper::Fetch => patch_fetch,
        Wrapper::Xhr => patch_xhr,
    };
    Some(patch(owner, start, merge, end, broke))
}
