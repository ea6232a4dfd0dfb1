//! A propagation context as it crosses to and from the surroundings, which keep it on their scopes.
//!
//! Coming in it is six lines, because they need no parser:
//!
//! ```text
//! trace id
//! parent span id, or nothing
//! decision: "1", "0" or nothing
//! sample_rand, a decimal
//! propagation span id, or nothing
//! dynamic sampling context: nothing if there is none, else "-" and baggage text (only "-": empty but frozen)
//! ```
//!
//! Going out it is JSON in the reference's shape, because that is what the page sees on its scope.

use super::dsc::Dsc;
use super::fraction::Fraction;
use super::id::{SpanId, TraceId};
use super::propagation::PropagationContext;
use crate::json::{Json, Object};
use crate::text;

impl PropagationContext {
    /// Reads the six lines; `None` if any of them is malformed.
    pub fn from_text(text: &str) -> Option<PropagationContext> {
        let mut lines = text::pieces(text, b'\n');
        let mut line = || lines.next();
        let context = PropagationContext {
            trace_id: TraceId::parse(line()?)?,
            parent_span_id: optional(line()?, SpanId::parse)?,
            sampled: match line()? {
                "" => None,
                "0" => Some(false),
                "1" => Some(true),
                _ => return None,
            },
            sample_rand: Fraction::parse(line()?)?,
            propagation_span_id: optional(line()?, SpanId::parse)?,
            dsc: optional(line()?, |text| Some(Dsc::from_baggage(text.strip_prefix("-")?)))?,
        };
        line().is_none().then_some(context)
    }

    /// The context as JSON. Members that are not known are left out; a frozen context may be `{}`.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        let mut object = Object::open(&mut out);
        object.string("traceId", &self.trace_id.hex());
        object.raw("sampleRand", &self.sample_rand.print());
        if let Some(sampled) = self.sampled {
            object.raw("sampled", Json::boolean(sampled).as_str());
        }
        if let Some(id) = self.parent_span_id {
            object.string("parentSpanId", &id.hex());
        }
        if let Some(id) = self.propagation_span_id {
            object.string("propagationSpanId", &id.hex());
        }
        if let Some(dsc) = &self.dsc {
            dsc.write_json(object.member("dsc"));
        }
        object.close();
        out
    }
}

/// An empty line is no value; any other must be readable.
fn optional<T>(line: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if line.is_empty() { Some(None) } else { read(line).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "771a43a4192642f0b136d5159a501700";
    const SPAN: &str = "b0e6f15b45c36b12";

    fn json(lines: [&str; 6]) -> Option<String> {
        PropagationContext::from_text(&lines.join("\n")).map(|context| context.to_json())
    }

    #[test]
    fn what_comes_in_goes_out_in_the_shape_of_the_reference() {
        for (lines, expected) in [
            ([TRACE, "", "", "0.5", "", ""], format!(r#"{{"traceId":"{TRACE}","sampleRand":0.5}}"#)),
            (
                [TRACE, SPAN, "1", "0.25417212382373977", SPAN, "-sentry-release=a%201,sentry-x=2"],
                format!(
                    r#"{{"traceId":"{TRACE}","sampleRand":0.2541721238237397,"sampled":true,"parentSpanId":"{SPAN}","propagationSpanId":"{SPAN}","dsc":{{"release":"a 1","x":"2"}}}}"#
                ),
            ),
            (
                [TRACE, "", "0", "1e-7", "", "-"],
                format!(r#"{{"traceId":"{TRACE}","sampleRand":0.0000001,"sampled":false,"dsc":{{}}}}"#),
            ),
        ] {
            assert_eq!(json(lines), Some(expected));
        }
    }

    #[test]
    fn what_is_malformed_is_no_context() {
        let good = [TRACE, SPAN, "1", "0.5", SPAN, "-"];
        assert!(json(good).is_some());
        for (line, text) in [
            (0, ""),
            (0, "garbage"),
            (0, "00000000000000000000000000000000"),
            (1, "short"),
            (1, "0000000000000000"),
            (2, "yes"),
            (3, ""),
            (3, "2"),
            (3, "NaN"),
            (4, "B0E6F15B45C36B12"),
            (5, "sentry-release=1"),
            (5, "-\n"),
        ] {
            let mut lines = good;
            lines[line] = text;
            assert_eq!(json(lines), None, "line {line}: {text}");
        }
        assert_eq!(PropagationContext::from_text(""), None);
        assert_eq!(PropagationContext::from_text(&good[..5].join("\n")), None);
    }
}
