//! What is active, and the headers that follow from it.

use wasm_bindgen::prelude::*;

use super::init::with;
use crate::trace::store::SpanKey;

/// Makes a span active (0: none) until the layer is left.
#[wasm_bindgen]
pub fn scope_enter(key: u32) -> u32 {
    with(|instance| instance.page.sdk.enter(SpanKey::from_u32(key)))
}

/// Enters the trace of two headers, or a new one, until the layer is left.
#[wasm_bindgen]
pub fn scope_continue(sentry_trace: &str, baggage: &str) -> u32 {
    with(|instance| instance.page.sdk.enter_received(sentry_trace, baggage))
}

/// Leaves a layer, in any order.
#[wasm_bindgen]
pub fn scope_leave(layer: u32) {
    with(|instance| instance.page.sdk.leave(layer));
}

/// The key of the active span, 0 if there is none.
#[wasm_bindgen]
pub fn scope_active() -> u32 {
    with(|instance| instance.page.sdk.active()).map_or(0, SpanKey::to_u32)
}

/// The values of `sentry-trace`, `baggage` and `traceparent`, a line each, for a span or (0) for what is
/// in force. Empty before `init` and while disabled.
#[wasm_bindgen]
pub fn trace_headers(key: u32) -> String {
    let headers = with(|instance| instance.page.sdk.headers(SpanKey::from_u32(key)));
    headers
        .map(|headers| {
            let baggage = headers.baggage.unwrap_or_default();
            [headers.sentry_trace, baggage, headers.traceparent].join("\n")
        })
        .unwrap_or_default()
}
