//! The W3C `traceparent` header (Trace Context, section 3.2): print only. The browser never reads one.

use super::id::{SpanId, TraceId};

/// Prints version 00. A decision that is still open becomes "not sampled": the format has no third state.
pub fn print(trace_id: TraceId, span_id: SpanId, sampled: Option<bool>) -> String {
    let mut out = String::with_capacity(TraceId::DIGITS + SpanId::DIGITS + 7);
    out.push_str("00-");
    trace_id.write(&mut out);
    out.push('-');
    span_id.write(&mut out);
    out.push_str(if sampled == Some(true) { "-01" } else { "-00" });
    out
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
