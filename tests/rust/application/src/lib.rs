//! An application in Rust: traces its page, and runs code of the tests in spans.
#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;

use js_sys::{Function, Promise};
use throughline::{Guard, Instrument, Options, Span};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static GUARD: RefCell<Option<Guard>> = const { RefCell::new(None) };
}

/// Begins to trace, with envelopes to `tunnel`, and headers to `target` if there is one.
#[wasm_bindgen]
pub fn start(tunnel: &str, target: &str) {
    let mut options = Options::new("http://public@localhost:1/1")
        .tunnel(tunnel)
        .environment("rust")
        .traces_sample_rate(1.0);
    if !target.is_empty() {
        options = options.propagate_to([target]);
    }
    GUARD.set(throughline::init(options).ok());
}

/// The same with options of the test's: headers for a target (none for the default), and what is timed.
#[wasm_bindgen]
pub fn start_as(
    dsn: &str,
    tunnel: &str,
    target: Option<String>,
    rate: f64,
    load: bool,
    navigation: bool,
    requests: bool,
) {
    let mut options = Options::new(dsn)
        .tunnel(tunnel)
        .traces_sample_rate(rate)
        .trace_page_load(load)
        .trace_navigation(navigation)
        .trace_requests(requests);
    if let Some(target) = target {
        options = options.propagate_to([target]);
    }
    // The guard of before ends nothing any more.
    let next = throughline::init(options).ok();
    GUARD.set(next);
}

/// Ends that.
#[wasm_bindgen]
pub fn stop() {
    GUARD.set(None);
}

/// Calls back inside of a span below another one, which both end when the promise of the callback is settled; answers with what
/// that was fulfilled with.
#[wasm_bindgen]
pub async fn inside(callback: Function) -> JsValue {
    let call = async move {
        let answer = callback.call0(&JsValue::UNDEFINED).unwrap_or_default();
        JsFuture::from(Promise::resolve(&answer)).await.unwrap_or_default()
    };
    async { call.in_span(Span::start("inner")).await }.in_span(Span::start("outer")).await
}

/// Says the route that the page is at.
#[wasm_bindgen]
pub fn route(pattern: &str) {
    throughline::route(pattern);
}

/// Why a request carries headers, or does not.
#[wasm_bindgen]
pub fn explained(url: &str) -> JsValue {
    JsValue::from(&throughline::explain(url))
}
