//! Propagation contexts, which the face keeps on its scopes, the headers that follow from them, and what is
//! read and written of their text.

use wasm_bindgen::prelude::*;

use super::init::with;
use crate::sdk::Sdk;
use crate::text;
use crate::trace::dsc::Dsc;
use crate::trace::propagation::PropagationContext;
use crate::trace::store::SpanKey;
use crate::transport::dsn::Dsn;

/// A new trace.
#[wasm_bindgen]
pub fn context_begin() -> String {
    with(|instance| instance.page.sdk.begin_context().to_json())
}

/// The trace of two headers, or a new one if it is not ours to continue.
#[wasm_bindgen]
pub fn context_receive(sentry_trace: &str, baggage: &str) -> String {
    with(|instance| instance.page.sdk.receive(sentry_trace, baggage).to_json())
}

/// The values of `sentry-trace`, `baggage` and `traceparent`, a line each, for a span or (0) for the trace in
/// force. Empty before `init`, while disabled, and for a span that is gone.
#[wasm_bindgen]
pub fn trace_headers(key: u32, context: &str) -> String {
    let headers = with(|instance| {
        let sdk = &instance.page.sdk;
        sdk.headers(SpanKey::from_u32(key), Some(&read_context(sdk, context)))
    });
    headers
        .map(|headers| {
            let (sentry_trace, traceparent) = (headers.sentry_trace(), headers.traceparent());
            text::lines(&[&sentry_trace, &headers.baggage.unwrap_or_default(), &traceparent])
        })
        .unwrap_or_default()
}

/// The dynamic sampling context of a span, or (0) of the trace in force, as a JSON object; without any member
/// where [`trace_headers`] is empty.
#[wasm_bindgen]
pub fn sampling_context(key: u32, context: &str) -> String {
    let dsc = with(|instance| {
        let sdk = &instance.page.sdk;
        sdk.sampling_context(SpanKey::from_u32(key), Some(&read_context(sdk, context)))
    });
    let mut out = String::new();
    dsc.unwrap_or_default().write_json(&mut out);
    out
}

/// Sentry members as a `baggage` header within its limits; empty if nothing is left.
#[wasm_bindgen]
pub fn baggage_header(members: &str) -> String {
    Dsc::from_baggage(members).to_baggage().unwrap_or_default()
}

/// The parts of a DSN as JSON; empty if it is invalid.
#[wasm_bindgen]
pub fn dsn_parts(dsn: &str) -> String {
    Dsn::parse(dsn).map(|dsn| dsn.to_json()).unwrap_or_default()
}

/// A context as text; a new one if it is malformed.
pub fn read_context(sdk: &Sdk, text: &str) -> PropagationContext {
    PropagationContext::from_text(text).unwrap_or_else(|| sdk.begin_context())
}
