//! The headers that carry a trace to another service, and the dynamic sampling context behind them.

use super::dsc::Dsc;
use super::id::{SpanId, TraceId};
use super::propagation::PropagationContext;
use super::settings::Settings;
use super::span::{Root, Span, attribute};
use super::{sentry_trace, traceparent};
use crate::json::{number_text, plain_text};

/// What the trace headers of one request say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceHeaders {
    /// The trace.
    pub trace_id: TraceId,
    /// The span that the other service continues below.
    pub span_id: SpanId,
    /// Whether the trace is recorded; `None` if nobody has decided.
    pub sampled: Option<bool>,
    /// `baggage`, if there is anything to say.
    pub baggage: Option<String>,
}

impl TraceHeaders {
    /// The value of `sentry-trace`.
    pub fn sentry_trace(&self) -> String {
        sentry_trace::print(self.trace_id, self.span_id, self.sampled)
    }

    /// The value of `traceparent`; the edge sends it only if the page asked for it.
    pub fn traceparent(&self) -> String {
        traceparent::print(self.trace_id, self.span_id, self.sampled)
    }
}

/// The headers for something that happens outside of any span, or with tracing off. `fresh` is the span id
/// if the context names none: the same in both headers, so that they do not contradict each other.
pub fn of_context(context: &PropagationContext, settings: &Settings, fresh: SpanId) -> TraceHeaders {
    TraceHeaders {
        trace_id: context.trace_id,
        span_id: context.propagation_span_id.unwrap_or(fresh),
        sampled: context.sampled,
        baggage: dsc_of_context(context, settings).to_baggage(),
    }
}

/// The headers for something that happens inside a span of a root.
pub fn of_span(span: &Span, dsc: &Dsc) -> TraceHeaders {
    TraceHeaders {
        trace_id: span.trace_id,
        span_id: span.span_id,
        sampled: Some(span.sampled),
        baggage: dsc.to_baggage(),
    }
}

/// The context that came with the trace, else what we know without a span.
pub fn dsc_of_context(context: &PropagationContext, settings: &Settings) -> Dsc {
    match &context.dsc {
        Some(frozen) => frozen.clone(),
        None => dsc_of_head(&context.trace_id.hex(), settings),
    }
}

/// The context of a root span: the one that came with the trace, else built from what the root knows now.
/// A rate that we applied ourselves replaces the one that came, so that later services see it.
pub fn dsc_of_root(span: &Span, root: &Root, settings: &Settings) -> Dsc {
    let mut dsc = match &root.dsc {
        Some(frozen) => frozen.clone(),
        None => {
            let mut dsc = dsc_of_head(&span.trace_id.hex(), settings);
            // A URL as name has too many values to sample by.
            if span.name_source() != Some("url") {
                dsc.set_some("transaction", Some(&span.name));
            }
            dsc.set("sampled", if span.sampled { "true" } else { "false" }.to_owned());
            dsc.set("sample_rand", root.sample_rand.print());
            dsc
        }
    };
    let rate = [attribute::SAMPLE_RATE, attribute::PREVIOUS_SAMPLE_RATE];
    let rate = rate.into_iter().find_map(|name| span.attributes.get(name));
    if let Some(rate) = rate.and_then(|rate| plain_text(rate).or(number_text(rate))) {
        dsc.set_at_all_costs("sample_rate", rate);
    }
    dsc
}

/// What the head of a trace knows before any span, in the reference's order.
pub fn dsc_of_head(trace_id: &str, settings: &Settings) -> Dsc {
    let mut dsc = Dsc::with_room(9);
    dsc.set_some("environment", Some(&settings.environment));
    dsc.set_some("release", Some(&settings.release));
    dsc.set_some("public_key", Some(&settings.public_key));
    dsc.set_some("trace_id", Some(trace_id));
    dsc.set_some("org_id", Some(&settings.org_id));
    dsc
}
