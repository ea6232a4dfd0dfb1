//! The W3C `traceparent` header (Trace Context, section 3.2): print, and parse.
//! The npm package parses it by a regular expression (js/scope/w3c.ts), which is shorter than this; both answer the same.
//!
//! ```text
//! traceparent = version "-" trace-id "-" span-id "-" flags [ "-" … ]      version, flags = 2HEXDIG
//! ```
//!
//! In version 00 nothing follows the flags, in later ones something may; ff is no version. Of the flags the lowest bit is
//! read: whether the sender records.

use super::digits::hex_value;
use super::id::{SpanId, TraceId};
use super::sentry_trace::{self, SentryTrace};
use super::text::{self, concat};

/// Reads a header value; `None` if it is none. Spaces and tabs around it are ignored.
pub fn parse(header: &str) -> Option<SentryTrace> {
    let header = text::trim(header, text::set::BLANKS);
    let (version, rest) = text::cut_once(header, b'-')?;
    let (trace_id, rest) = text::cut_once(rest, b'-')?;
    let (span_id, rest) = text::cut_once(rest, b'-')?;
    let (flags, more) = text::cut(rest, b'-');
    let is_last = more.is_empty() && flags.len() == rest.len();
    let version = byte(version).filter(|version| *version != 0xff && (*version != 0 || is_last));
    version.and(Some(SentryTrace {
        trace_id: TraceId::parse(trace_id)?,
        parent_span_id: Some(SpanId::parse(span_id)?),
        sampled: Some(byte(flags)? & 1 == 1),
    }))
}

/// What was read, as a `sentry-trace` says it, which is how a trace is received.
pub fn in_our_form(header: SentryTrace) -> Option<String> {
    Some(sentry_trace::print(header.trace_id, header.parent_span_id?, header.sampled))
}

/// What two lowercase hexadecimal digits say.
fn byte(digits: &str) -> Option<u8> {
    let [high, low] = digits.as_bytes() else { return None };
    let value = |digit: &u8| hex_value(*digit).filter(|_| !digit.is_ascii_uppercase());
    Some(value(high)? << 4 | value(low)?)
}

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

    #[test]
    fn reads_what_the_specification_allows() {
        let ids = "771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12";
        for (text, sampled) in [
            (format!("00-{ids}-01"), Some(true)),
            (format!("00-{ids}-00"), Some(false)),
            (format!(" \t00-{ids}-03 "), Some(true)),
            (format!("cc-{ids}-fe"), Some(false)),
            (format!("cc-{ids}-01-what-comes"), Some(true)),
            (format!("00-{ids}-01-what-comes"), None),
            (format!("00-{ids}-01-"), None),
            (format!("ff-{ids}-01"), None),
            (format!("0-{ids}-01"), None),
            (format!("00-{ids}-1"), None),
            (format!("00-{ids}-0A"), None),
            (format!("00-{ids}-0é"), None),
            (format!("00-{ids}"), None),
            (format!("00-{}-01", ids.to_uppercase()), None),
            ("00-00000000000000000000000000000000-b0e6f15b45c36b12-01".to_owned(), None),
            ("00-771a43a4192642f0b136d5159a501700-0000000000000000-01".to_owned(), None),
            (String::new(), None),
        ] {
            let parsed = parse(&text);
            assert_eq!(parsed.and_then(|header| header.sampled), sampled, "{text}");
            if let Some(header) = parsed {
                assert_eq!(header.trace_id.hex(), "771a43a4192642f0b136d5159a501700");
                assert_eq!(header.parent_span_id.map(SpanId::hex).as_deref(), Some("b0e6f15b45c36b12"));
            }
        }
    }
}
