//! The ticket of a span that begins: eight numbers in a place of their own, which the face reads where they lie. As a
//! text they took a tenth of the time of a span. Beside them two numbers of the face: what it has not told us of.

use std::cell::Cell;

use crate::trace::store::SpanKey;
use crate::trace::tracer::Started;

type Words = [Cell<u32>; 10];

const SAMPLED: u32 = 1;
const KEPT: u32 = 2;

thread_local! {
    static WORDS: &'static Words = Box::leak(Box::default());
}

/// Where the numbers lie: key, bits (1 sampled, 2 kept), two of the span's id, four of the trace's; then how many spans
/// and how many transactions were not sampled and are known to the face alone.
pub fn address() -> usize {
    WORDS.with(|words| words.as_ptr().addr())
}

/// What the face has counted since it was last asked.
pub fn take_unsampled() -> (u32, u32) {
    WORDS.with(|[.., spans, transactions]| (spans.take(), transactions.take()))
}

/// Writes the numbers of a span.
pub fn write(started: &Started) {
    let bits = if started.sampled { SAMPLED } else { 0 } | if started.kept { KEPT } else { 0 };
    let [span_high, span_low] = started.span_id.words();
    let [a, b, c, d] = started.trace_id.words();
    let key = started.key.map_or(0, SpanKey::to_u32);
    WORDS.with(|words| {
        for (word, value) in words.iter().zip([key, bits, span_high, span_low, a, b, c, d]) {
            word.set(value);
        }
    });
}
