//! The ticket of a span that begins, or of headers: eight numbers in a place of their own, which the face reads where
//! they lie. As a text they took a tenth of the time of a span. Beside them two numbers of the face: what it has not
//! told us of.

use std::cell::Cell;

use super::border::words;
use crate::trace::headers::TraceHeaders;
use crate::trace::id::{SpanId, TraceId};
use crate::trace::store::SpanKey;
use crate::trace::tracer::Started;

const SAMPLED: u32 = 1;
const KEPT: u32 = 2;

/// What the face has counted since it was last asked: how many spans and how many transactions were not sampled and
/// are known to the face alone.
pub fn take_unsampled() -> (u32, u32) {
    words(|[_, _, _, _, _, _, _, _, spans, transactions, ..]| (spans.take(), transactions.take()))
}

/// Writes the numbers of a span.
pub fn write(started: &Started) {
    let bits = if started.sampled { SAMPLED } else { 0 } | if started.kept { KEPT } else { 0 };
    put(started.key, bits, started.span_id, started.trace_id);
}

/// Writes the key of the span of a request, and the ids in its headers: they may be those of another span.
pub fn write_request(key: Option<SpanKey>, headers: &TraceHeaders) {
    let bits = if headers.sampled == Some(true) { SAMPLED } else { 0 };
    put(key, bits, headers.span_id, headers.trace_id);
}

/// Writes the key of the span of a request without headers.
pub fn write_key(key: Option<SpanKey>) {
    words(|[word, ..]| word.set(key.map_or(0, SpanKey::to_u32)));
}

/// Key, bits (1 sampled, 2 kept), two words of the span's id, four of the trace's.
fn put(key: Option<SpanKey>, bits: u32, span_id: SpanId, trace_id: TraceId) {
    let [span_high, span_low] = span_id.words();
    let [a, b, c, d] = trace_id.words();
    let key = key.map_or(0, SpanKey::to_u32);
    words(|words: &[Cell<u32>; _]| {
        for (word, value) in words.iter().zip([key, bits, span_high, span_low, a, b, c, d]) {
            word.set(value);
        }
    });
}
