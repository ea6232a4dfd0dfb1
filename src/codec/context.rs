//! The propagation context: the trace that new root spans and outgoing headers belong to, and its JSON.
//!
//! ```text
//! {"traceId":"<32 hex>","sampleRand":0.25,"sampled":true,"parentSpanId":"<16 hex>","propagationSpanId":"<16 hex>","dsc":{…}}
//! ```
//!
//! In the reference's shape, because that is what a page sees on its scope: what is not known is left out, and a `dsc` of
//! `{}` is frozen.

use super::dsc::Dsc;
use super::fraction::Fraction;
use super::id::{SpanId, TraceId};
use super::text::push;

/// The trace a scope is in, and what is already decided about it.
#[derive(Clone, Debug, PartialEq)]
pub struct PropagationContext {
    /// The trace.
    pub trace_id: TraceId,
    /// The lot that was drawn for this trace.
    pub sample_rand: Fraction,
    /// The decision, if somebody has made it.
    pub sampled: Option<bool>,
    /// The span of the service that we continue; parent of our root spans.
    pub parent_span_id: Option<SpanId>,
    /// Stands in as span id in headers that are sent outside of any span. Without it each set of headers
    /// draws its own.
    pub propagation_span_id: Option<SpanId>,
    /// The frozen context of a trace that we continue. `None`: we head the trace and build it ourselves.
    pub dsc: Option<Dsc>,
    /// What other vendors say of a trace that we continue, in `tracestate`; empty if they say nothing. The npm package reads it
    /// itself.
    #[cfg(any(feature = "browser", feature = "server"))]
    pub tracestate: String,
}

impl PropagationContext {
    /// A trace that begins here. `dice` is from 0 up to, but without, 1.
    pub fn begin(trace_id: TraceId, dice: f64) -> PropagationContext {
        PropagationContext {
            trace_id,
            sample_rand: Fraction::draw(dice),
            sampled: None,
            parent_span_id: None,
            propagation_span_id: None,
            dsc: None,
            #[cfg(any(feature = "browser", feature = "server"))]
            tracestate: String::default(),
        }
    }

    /// Writes the context as JSON.
    #[inline(never)]
    pub fn write_json(&self, out: &mut String) {
        push(out, "{\"traceId\":\"");
        self.trace_id.write(out);
        push(out, "\",\"sampleRand\":");
        self.sample_rand.write(out);
        if let Some(sampled) = self.sampled {
            push(out, if sampled { ",\"sampled\":true" } else { ",\"sampled\":false" });
        }
        write_span_id(out, ",\"parentSpanId\":\"", &self.parent_span_id);
        write_span_id(out, ",\"propagationSpanId\":\"", &self.propagation_span_id);
        if let Some(dsc) = &self.dsc {
            push(out, ",\"dsc\":");
            dsc.write_json(out);
        }
        push(out, "}");
    }
}

/// Writes a member, whose beginning is given, if there is such a span.
#[inline(never)]
fn write_span_id(out: &mut String, member: &str, id: &Option<SpanId>) {
    if let Some(id) = id {
        push(out, member);
        id.write(out);
        push(out, "\"");
    }
}
