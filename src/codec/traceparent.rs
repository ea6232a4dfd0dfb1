//! The W3C `traceparent` header (Trace Context, section 3.2): print only. The browser never reads one.

use super::id::{SpanId, TraceId};
use super::text::concat;

/// Prints version 00. A decision that is still open becomes "not sampled": the format has no third state.
pub fn print(trace_id: TraceId, span_id: SpanId, sampled: Option<bool>) -> String {
    let flags = if sampled == Some(true) { "-01" } else { "-00" };
    concat(&["00-", &trace_id.hex(), "-", &span_id.hex(), flags])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_decision_is_not_sampled() {
        let (Some(trace_id), Some(span_id)) =
            (TraceId::parse("771a43a4192642f0b136d5159a501700"), SpanId::parse("b0e6f15b45c36b12"))
        else {
            panic!("both ids are valid")
        };
        for (sampled, flags) in [(Some(true), "01"), (Some(false), "00"), (None, "00")] {
            assert_eq!(
                print(trace_id, span_id, sampled),
                format!("00-771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-{flags}")
            );
        }
    }
}
