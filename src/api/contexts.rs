//! Propagation contexts, which the face keeps on its scopes, the headers that follow from them, and what is
//! read and written of their text.

use wasm_bindgen::prelude::*;

use super::border::{answer, given};
use super::init::instance;
use crate::sdk::Sdk;
use crate::text;
use crate::trace::dsc::Dsc;
use crate::trace::propagation::PropagationContext;
use crate::trace::store::SpanKey;
use crate::transport::dsn::Dsn;

/// A new trace.
#[wasm_bindgen]
pub fn context_begin() {
    answer(instance().sdk.begin_context().to_json());
}

/// The trace of two headers, or a new one if it is not ours to continue.
#[wasm_bindgen]
pub fn context_receive(sentry_trace: usize, baggage: usize) {
    let context = given([sentry_trace, baggage], |[sentry_trace, baggage]| {
        instance().sdk.receive(sentry_trace, baggage)
    });
    answer(context.to_json());
}

/// The values of `sentry-trace`, `baggage` and `traceparent`, a line each, for a span or (0) for the trace in
/// force. Empty before `init`, while disabled, and for a span that is gone.
#[wasm_bindgen]
pub fn trace_headers(key: u32, context: usize) {
    let sdk = &instance().sdk;
    let context = given([context], |[context]| read_context(sdk, context));
    let headers = sdk.headers(SpanKey::from_u32(key), Some(&context)).map(|headers| {
        let (sentry_trace, traceparent) = (headers.sentry_trace(), headers.traceparent());
        text::lines(&[&sentry_trace, &headers.baggage.unwrap_or_default(), &traceparent])
    });
    answer(headers.unwrap_or_default());
}

/// The dynamic sampling context of a span, or (0) of the trace in force, as a JSON object; without any member
/// where [`trace_headers`] is empty.
#[wasm_bindgen]
pub fn sampling_context(key: u32, context: usize) {
    let sdk = &instance().sdk;
    let context = given([context], |[context]| read_context(sdk, context));
    let dsc = sdk.sampling_context(SpanKey::from_u32(key), Some(&context));
    let mut out = String::new();
    dsc.unwrap_or_default().write_json(&mut out);
    answer(out);
}

/// Sentry members as a `baggage` header within its limits; empty if nothing is left.
#[wasm_bindgen]
pub fn baggage_header(members: usize) {
    let dsc = given([members], |[members]| Dsc::from_baggage(members));
    answer(dsc.to_baggage().unwrap_or_default());
}

/// The parts of a DSN as JSON; empty if it is invalid.
#[wasm_bindgen]
pub fn dsn_parts(dsn: usize) {
    let dsn = given([dsn], |[dsn]| Dsn::parse(dsn));
    answer(dsn.map(|dsn| dsn.to_json()).unwrap_or_default());
}

/// A context as text; a new one if it is malformed.
pub fn read_context(sdk: &Sdk, text: &str) -> PropagationContext {
    PropagationContext::from_text(text).unwrap_or_else(|| sdk.begin_context())
}
