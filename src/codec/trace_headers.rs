//! The headers that carry a trace from one service to the next, as texts.
//!
//! ```text
//! sentry-trace: <trace id>-<span id>[-0|1]
//! baggage:      sentry-trace_id=<trace id>,sentry-…
//! traceparent:  00-<trace id>-<span id>-00|01
//! ```

/// The values of the headers that carry a trace: what one service sends, and the next continues.
///
/// What came from outside is not judged in here, but by whoever continues it: what is no trace begins a new one.
///
/// ```
/// use throughline::TraceHeaders;
///
/// let headers = TraceHeaders::new("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1", "sentry-sample_rand=0.25");
/// assert_eq!(headers.baggage(), Some("sentry-sample_rand=0.25"));
/// let names: Vec<&str> = headers.iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["sentry-trace", "baggage"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TraceHeaders {
    sentry_trace: String,
    baggage: String,
    traceparent: String,
}

impl TraceHeaders {
    /// The values that came with a message, a request or a page; an empty one is one that did not come.
    #[must_use]
    pub fn new(sentry_trace: impl Into<String>, baggage: impl Into<String>) -> TraceHeaders {
        TraceHeaders {
            sentry_trace: sentry_trace.into(),
            baggage: baggage.into(),
            traceparent: String::default(),
        }
    }

    /// With a value for `traceparent`, the header of W3C Trace Context.
    #[must_use]
    pub fn with_traceparent(self, traceparent: impl Into<String>) -> TraceHeaders {
        TraceHeaders { traceparent: traceparent.into(), ..self }
    }

    /// The value of `sentry-trace`: trace id, span id, and whether the trace is recorded.
    #[must_use]
    pub fn sentry_trace(&self) -> &str {
        &self.sentry_trace
    }

    /// The value of `baggage`, if there is one.
    #[must_use]
    pub fn baggage(&self) -> Option<&str> {
        Some(self.baggage.as_str()).filter(|value| !value.is_empty())
    }

    /// The value of `traceparent`, if it is wanted (`Options::propagate_traceparent`) or came.
    #[must_use]
    pub fn traceparent(&self) -> Option<&str> {
        Some(self.traceparent.as_str()).filter(|value| !value.is_empty())
    }

    /// Names and values of the headers that there are, to put them on a message or a request.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [("sentry-trace", &self.sentry_trace), ("baggage", &self.baggage), ("traceparent", &self.traceparent)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.as_str()))
    }
}
