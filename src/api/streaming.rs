//! Stream mode: spans that the face has worked on, and their sending. A key that is stale or 0 does nothing.

use wasm_bindgen::prelude::*;

use super::border::{answer, given};
use super::init::with;
use super::spans::on_span;

/// A span as JSON text in the streamed shape, with what every span says and these attribute lines as defaults, of
/// which the first of a name counts. Empty if the key is stale.
#[wasm_bindgen]
pub fn captured_span(key: u32, defaults: usize) {
    let span = given([defaults], |[defaults]| on_span(key, |sdk, key| sdk.captured_span(key, defaults)));
    answer(span.unwrap_or_default());
}

/// Takes over, for sending, an ended span that hook `captured` gave no lines for, as `JSON.stringify` writes it.
#[wasm_bindgen]
pub fn stream_span(key: u32, json: usize) {
    given([json], |[json]| on_span(key, |sdk, key| sdk.stream_span(key, json)));
}

/// Sends the spans that wait.
#[wasm_bindgen]
pub fn flush_spans() {
    with(|instance| instance.sdk.flush_spans());
}
