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
use crate::text;

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
    let text = text::trim(text, b" \t");
    let (trace_id, rest) = text.split_at_checked(TraceId::DIGITS).ok_or(SentryTraceError::TraceId)?;
    let trace_id = TraceId::parse(trace_id).ok_or(SentryTraceError::TraceId)?;
    let rest = rest.strip_prefix("-").unwrap_or(rest);
    let (parent_span_id, rest) = match rest.split_at_checked(SpanId::DIGITS) {
        Some((digits, after)) => {
            if digits.bytes().all(|digit| digit == b'0') {
                return Err(SentryTraceError::SpanId);
            }
            (Some(SpanId::parse(digits).ok_or(SentryTraceError::Trailing)?), after)
        }
        None => (None, rest),
    };
    let sampled = match rest.strip_prefix("-").unwrap_or(rest) {
        "" => None,
        "0" => Some(false),
        "1" => Some(true),
        _ => return Err(SentryTraceError::Trailing),
    };
    Ok(SentryTrace { trace_id, parent_span_id, sampled })
}

/// Prints a header value.
pub fn print(trace_id: TraceId, span_id: SpanId, sampled: Option<bool>) -> String {
    let mut out = String::with_capacity(TraceId::DIGITS + SpanId::DIGITS + 3);
    trace_id.write(&mut out);
    out.push('-');
    span_id.write(&mut out);
    match sampled {
        Some(true) => out.push_str("-1"),
        Some(false) => out.push_str("-0"),
        None => {}
    }
    out
}
