//! The propagation context: the trace that new root spans and outgoing headers belong to.

use super::dsc::Dsc;
use super::fraction::Fraction;
use super::id::{SpanId, TraceId};
use super::sampling::continued_sample_rand;
use super::sentry_trace;
use super::time::Moment;

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
}

impl PropagationContext {
    /// Begins a trace.
    pub fn begin(moment: &Moment) -> PropagationContext {
        PropagationContext {
            trace_id: TraceId::from_random(moment.trace_bytes()),
            sample_rand: Fraction::draw(moment.dice()),
            sampled: None,
            parent_span_id: None,
            propagation_span_id: None,
            dsc: None,
        }
    }

    /// Continues the trace that the two headers describe. Without a valid `sentry-trace` it begins a
    /// trace, and the baggage is dropped with it. With a valid one but no Sentry baggage, the context is
    /// empty but frozen: we are not the head of that trace and must not invent values.
    pub fn receive(sentry_trace: &str, baggage: &str, moment: &Moment) -> PropagationContext {
        let Ok(header) = sentry_trace::parse(sentry_trace) else { return PropagationContext::begin(moment) };
        let mut dsc = Dsc::from_baggage(baggage);
        let received_rand = dsc.fraction("sample_rand");
        let sample_rand =
            continued_sample_rand(received_rand, dsc.fraction("sample_rate"), header.sampled, moment.dice());
        // What came is passed on to the last digit: the context is the same for the whole trace. Only what
        // does not look like a plain decimal number is written anew, as the reference does.
        let is_plain = received_rand.is_some() && dsc.get("sample_rand").is_some_and(Fraction::is_plain);
        if !is_plain && !dsc.is_empty() {
            dsc.set_at_all_costs("sample_rand", &sample_rand.print());
        }
        PropagationContext {
            trace_id: header.trace_id,
            sample_rand,
            sampled: header.sampled,
            parent_span_id: header.parent_span_id,
            propagation_span_id: None,
            dsc: Some(dsc),
        }
    }
}

/// Whether a trace of another organization may be continued (`continueTrace` only; the page's own meta
/// tags are trusted). Different ids never; with `strict`, a missing id on one side is refused too.
pub fn may_continue(received_org: Option<&str>, own_org: Option<&str>, strict: bool) -> bool {
    match (received_org, own_org) {
        (Some(received), Some(own)) => received == own,
        (None, None) => true,
        _ => !strict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::time::Timestamp;

    const TRACE: &str = "771a43a4192642f0b136d5159a501700";
    const MOMENT: Moment = Moment { now: Timestamp::EPOCH, ticks: 0, random: [7; 32] };

    fn receive(sentry_trace: &str, baggage: &str) -> PropagationContext {
        PropagationContext::receive(sentry_trace, baggage, &MOMENT)
    }

    #[test]
    fn continues_what_the_headers_say() {
        let context = receive(
            &format!("{TRACE}-b0e6f15b45c36b12-1"),
            "other=1,sentry-trace_id=771a,sentry-sample_rand=0.25,sentry-sample_rate=0.5",
        );
        assert_eq!(context.trace_id.hex(), TRACE);
        assert_eq!(context.sampled, Some(true));
        assert_eq!(context.sample_rand.print(), "0.25");
        let baggage = context.dsc.and_then(|dsc| dsc.to_baggage());
        assert_eq!(
            baggage.as_deref(),
            Some("sentry-trace_id=771a,sentry-sample_rand=0.25,sentry-sample_rate=0.5")
        );
    }

    #[test]
    fn without_sentry_baggage_the_context_is_empty_but_frozen() {
        let context = receive(&format!("{TRACE}-b0e6f15b45c36b12-1"), "other=1");
        assert_eq!(context.dsc, Some(Dsc::default()));
    }

    #[test]
    fn a_malformed_header_begins_a_trace_and_drops_the_baggage() {
        let zeros = "00000000000000000000000000000000-b0e6f15b45c36b12-1".to_owned();
        for header in ["garbage".to_owned(), String::new(), zeros, "a".repeat(10_000)] {
            let context = receive(&header, "sentry-sample_rand=0.25");
            assert_eq!(context, PropagationContext::begin(&MOMENT), "{header}");
        }
    }

    #[test]
    fn passes_a_received_lot_on_digit_by_digit() {
        // Seventeen digits, as JavaScript prints many floats: more than a fraction holds.
        for lot in ["0.25417212382373977", "0.25", "0", "1"] {
            let context =
                receive(&format!("{TRACE}-b0e6f15b45c36b12-1"), &format!("sentry-sample_rand={lot}"));
            assert_eq!(context.dsc.as_ref().and_then(|dsc| dsc.get("sample_rand")), Some(lot));
        }
    }

    #[test]
    fn writes_a_received_lot_as_a_plain_number() {
        for lot in ["0.250", "2.5e-1", ".25", "%200.25", "0.25abc", "+0.25"] {
            let context =
                receive(&format!("{TRACE}-b0e6f15b45c36b12-1"), &format!("sentry-sample_rand={lot}"));
            assert_eq!(context.dsc.as_ref().and_then(|dsc| dsc.get("sample_rand")), Some("0.25"), "{lot}");
        }
    }

    #[test]
    fn replaces_a_received_lot_that_is_no_number() {
        let context =
            receive(&format!("{TRACE}-b0e6f15b45c36b12-0"), "sentry-sample_rand=x,sentry-sample_rate=0.2");
        let written = context.dsc.as_ref().and_then(|dsc| dsc.fraction("sample_rand"));
        assert_eq!(written, Some(context.sample_rand));
        assert!(context.sample_rand.as_f64() >= 0.2);
    }

    #[test]
    fn checks_the_organization() {
        for (received, own, relaxed, strict) in [
            (Some("1"), Some("1"), true, true),
            (Some("1"), Some("2"), false, false),
            (None, Some("1"), true, false),
            (Some("1"), None, true, false),
            (None, None, true, true),
        ] {
            assert_eq!(may_continue(received, own, false), relaxed);
            assert_eq!(may_continue(received, own, true), strict);
        }
    }
}
