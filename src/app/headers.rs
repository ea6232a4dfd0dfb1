//! The headers that carry a trace to another service, and the dynamic sampling context behind them.

use crate::app::attributes::attribute;
use crate::app::loss::reason;
use crate::app::settings::Settings;
use crate::app::span::{Root, Span};
use crate::codec::context::PropagationContext;
use crate::codec::dsc::Dsc;
use crate::codec::id::{SpanId, TraceId};
use crate::codec::json::{number_text, plain_text};
use crate::codec::text::owned;
use crate::codec::trace_headers::PropagateTraceparent;
use crate::codec::{sentry_trace, trace_headers, traceparent};
use crate::decide::sampling_context::{self, Known};

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
    /// What other vendors say beside `traceparent`; empty if they say nothing.
    pub tracestate: String,
}

impl TraceHeaders {
    /// The value of `sentry-trace`.
    pub fn sentry_trace(&self) -> String {
        sentry_trace::print(self.trace_id, self.span_id, self.sampled)
    }

    /// As texts; with `traceparent`, and `tracestate` beside it, where that is wanted.
    pub fn to_texts(&self, wanted: PropagateTraceparent) -> trace_headers::TraceHeaders {
        let texts =
            trace_headers::TraceHeaders::new(self.sentry_trace(), self.baggage.clone().unwrap_or_default());
        if wanted.includes(self.sampled) {
            texts.with_traceparent(self.traceparent()).with_tracestate(self.tracestate.clone())
        } else {
            texts
        }
    }

    /// The value of `traceparent`.
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
        tracestate: context.tracestate.clone(),
    }
}

/// The headers for something that happens inside a span of a root.
pub fn of_span(span: &Span, dsc: &Dsc, tracestate: &str) -> TraceHeaders {
    TraceHeaders {
        trace_id: span.trace_id,
        span_id: span.span_id,
        sampled: Some(span.sampled),
        baggage: dsc.to_baggage(),
        tracestate: owned(tracestate),
    }
}

/// The context that came with the trace, else what we know without a span.
pub fn dsc_of_context(context: &PropagationContext, settings: &Settings) -> Dsc {
    let trace_id = context.trace_id.hex();
    sampling_context::of(&known(context.dsc.as_ref(), &trace_id, settings))
}

/// The context of a root span: the one that came with the trace, else built from what the root knows now.
pub fn dsc_of_root(span: &Span, root: &Root, settings: &Settings) -> Dsc {
    let (trace_id, sample_rand) = (span.trace_id.hex(), root.sample_rand.print());
    let rate = [attribute::SAMPLE_RATE, attribute::PREVIOUS_SAMPLE_RATE];
    let rate = rate.into_iter().find_map(|name| span.attributes.get(name));
    let root_span = sampling_context::Root {
        transaction: &span.name,
        source: span.name_source().unwrap_or_default(),
        sampled: span.sampled,
        sample_rand: &sample_rand,
        sample_rate: rate.and_then(|rate| plain_text(rate).or(number_text(rate))).unwrap_or_default(),
    };
    sampling_context::of(&Known { root: Some(root_span), ..known(root.dsc.as_ref(), &trace_id, settings) })
}

/// The context of a span without a root, in the trace that is in force.
pub fn dsc_of_rootless(span: &Span, context: &PropagationContext, settings: &Settings) -> Dsc {
    let (trace_id, sample_rand) = (context.trace_id.hex(), context.sample_rand.print());
    let ignored = span.loss == Some(reason::IGNORED);
    let known = known(context.dsc.as_ref(), &trace_id, settings);
    let decision = sampling_context::Root {
        sampled: span.sampled,
        sample_rand: &sample_rand,
        ..sampling_context::Root::default()
    };
    let root = (!ignored && context.dsc.is_none()).then_some(decision);
    sampling_context::of(&Known { root, ignored, ..known })
}

fn known<'a>(frozen: Option<&'a Dsc>, trace_id: &'a str, settings: &'a Settings) -> Known<'a> {
    Known {
        frozen,
        trace_id,
        environment: &settings.environment,
        release: &settings.release,
        public_key: &settings.public_key,
        org_id: &settings.org_id,
        ..Known::default()
    }
}
