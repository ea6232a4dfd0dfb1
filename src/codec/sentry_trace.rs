//! The `sentry-trace` header: parse and print.
//!
//! ```text
//! sentry-trace = trace-id [ "-" span-id [ "-" ( "1" / "0" ) ] ]
//! ```
//!
//! Like the reference, the parser takes the separators as optional, so that `T-1` and `T-S-` continue a
//! trace too. Unlike the reference, it refuses ids that are all zero.

use std::fmt;

use super::id::{SpanId, TraceId};
use super::text::{self, push};

/// What a `sentry-trace` header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentryTrace {
    /// The trace to continue.
    pub trace_id: TraceId,
    /// The sender's span, if it named one.
    pub parent_span_id: Option<SpanId>,
    /// The sender's sampling decision; `None` if it left the decision to us.
    pub sampled: Option<bool>,
}

/// Why a text is no `sentry-trace` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentryTraceError {
    /// The text does not begin with 32 lowercase hexadecimal digits that are not all zero.
    TraceId,
    /// The span id is all zero.
    SpanId,
    /// Something stands where only a span id or a decision may stand.
    Trailing,
}

impl fmt::Display for SentryTraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TraceId => "invalid sentry-trace: it does not begin with a trace id of 32 hex digits",
            Self::SpanId => "invalid sentry-trace: the span id is all zero",
            Self::Trailing => "invalid sentry-trace: unexpected text after the trace id",
        })
    }
}

impl std::error::Error for SentryTraceError {}

/// Reads a header value. Spaces and tabs around it are ignored, line breaks are not.
pub fn parse(text: &str) -> Result<SentryTrace, SentryTraceError> {
    let text = text::trim(text, text::set::BLANKS);
    let trace_id = TraceId::parse(text::start(text, TraceId::DIGITS)).ok_or(SentryTraceError::TraceId)?;
    let mut rest = without_dash(text::from(text, TraceId::DIGITS));
    let mut parent_span_id = None;
    if rest.len() >= SpanId::DIGITS {
        let digits = text::start(rest, SpanId::DIGITS);
        let wrong = if text::is(digits, "0000000000000000") {
            SentryTraceError::SpanId
        } else {
            SentryTraceError::Trailing
        };
        parent_span_id = Some(SpanId::parse(digits).ok_or(wrong)?);
        rest = text::from(rest, SpanId::DIGITS);
    }
    // Without a span id there may be two of them.
    let sampled = match without_dash(rest).as_bytes() {
        [] => None,
        [decision @ (b'0' | b'1')] => Some(*decision == b'1'),
        _ => return Err(SentryTraceError::Trailing),
    };
    Ok(SentryTrace { trace_id, parent_span_id, sampled })
}

fn without_dash(text: &str) -> &str {
    text::after(text, "-").unwrap_or(text)
}

/// Prints a header value.
pub fn print(trace_id: TraceId, span_id: SpanId, sampled: Option<bool>) -> String {
    let mut out = String::new();
    trace_id.write(&mut out);
    push(&mut out, "-");
    span_id.write(&mut out);
    let sampled = sampled.map_or("", |sampled| if sampled { "-1" } else { "-0" });
    push(&mut out, sampled);
    out
}
