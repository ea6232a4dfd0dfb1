//! The headers that carry a trace from one service to the next, as texts.
//!
//! ```text
//! sentry-trace: <trace id>-<span id>[-0|1]
//! baggage:      sentry-trace_id=<trace id>,sentry-…
//! traceparent:  00-<trace id>-<span id>-00|01
//! tracestate:   <of other vendors>
//! ```

/// Which requests carry `traceparent` (W3C Trace Context) beside `sentry-trace`, and with it the `tracestate` that came with
/// the trace.
///
/// ```
/// use throughline::PropagateTraceparent;
///
/// assert_eq!(PropagateTraceparent::from(true), PropagateTraceparent::Always);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PropagateTraceparent {
    /// None.
    #[default]
    Never,
    /// All: of a trace that is not recorded it says so, and OpenTelemetry's default sampler records nothing then, in the servers
    /// behind.
    Always,
    /// Those of traces that are recorded: of the others the servers behind decide themselves.
    Sampled,
}

impl From<bool> for PropagateTraceparent {
    fn from(on: bool) -> PropagateTraceparent {
        if on { PropagateTraceparent::Always } else { PropagateTraceparent::Never }
    }
}

#[allow(dead_code, reason = "as far as the features need it")]
impl PropagateTraceparent {
    /// Whether it is in the headers of a trace of which this is decided.
    pub(crate) fn includes(self, sampled: Option<bool>) -> bool {
        match self {
            PropagateTraceparent::Never => false,
            PropagateTraceparent::Always => true,
            PropagateTraceparent::Sampled => sampled == Some(true),
        }
    }

    /// The names of the headers that a server must allow. `of_others`: whether there is a `tracestate`.
    pub(crate) fn names(self, of_others: impl FnOnce() -> bool) -> String {
        let mut names = String::from("sentry-trace, baggage");
        if self != PropagateTraceparent::Never {
            names.push_str(", traceparent");
            if of_others() {
                names.push_str(", tracestate");
            }
        }
        names
    }
}

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
    tracestate: String,
}

impl TraceHeaders {
    /// The values that came with a message, a request or a page; an empty one is one that did not come.
    #[must_use]
    pub fn new(sentry_trace: impl Into<String>, baggage: impl Into<String>) -> TraceHeaders {
        TraceHeaders {
            sentry_trace: sentry_trace.into(),
            baggage: baggage.into(),
            traceparent: String::default(),
            tracestate: String::default(),
        }
    }

    /// With a value for `traceparent`, the header of W3C Trace Context.
    #[must_use]
    pub fn with_traceparent(self, traceparent: impl Into<String>) -> TraceHeaders {
        TraceHeaders { traceparent: traceparent.into(), ..self }
    }

    /// With a value for `tracestate`, what other vendors say beside `traceparent`.
    #[must_use]
    pub fn with_tracestate(self, tracestate: impl Into<String>) -> TraceHeaders {
        TraceHeaders { tracestate: tracestate.into(), ..self }
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

    /// The value of `tracestate`, if one came beside `traceparent`.
    #[must_use]
    pub fn tracestate(&self) -> Option<&str> {
        Some(self.tracestate.as_str()).filter(|value| !value.is_empty())
    }

    /// All of them, as [`continuation`](crate::decide::continuation) reads them.
    #[cfg_attr(not(feature = "browser"), allow(dead_code, reason = "of applications"))]
    pub(crate) fn values(&self) -> [&str; 4] {
        [&self.sentry_trace, &self.baggage, &self.traceparent, &self.tracestate]
    }

    /// Names and values of the headers that there are, to put them on a message or a request.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        ["sentry-trace", "baggage", "traceparent", "tracestate"]
            .into_iter()
            .zip(self.values())
            .filter(|(_, value)| !value.is_empty())
    }
}
