//! Whose trace is continued, and with which lot?

use crate::codec::context::PropagationContext;
use crate::codec::dsc::Dsc;
use crate::codec::fraction::Fraction;
use crate::codec::sentry_trace;
use crate::codec::text;
#[cfg(any(feature = "browser", feature = "server"))]
use crate::codec::{traceparent, tracestate};

/// The values of `sentry-trace`, `baggage`, `traceparent` and `tracestate` as they came; empty where there is none.
pub type Values<'a> = [&'a str; 4];

/// The trace that headers describe, see [`receive`]. `traceparent` counts where there is no valid `sentry-trace`. It always says
/// whether the trace is recorded, and is believed, also where that is a no: who began the trace has decided. `tracestate`
/// belongs to the `traceparent` beside it: it counts if that names the trace. The npm package chooses by the same rule
/// (js/scope/w3c.ts).
#[cfg(any(feature = "browser", feature = "server"))]
pub fn receive_headers(
    [sentry_trace, baggage, traceparent, tracestate]: Values<'_>,
    dice: f64,
) -> Option<PropagationContext> {
    let parent = traceparent::parse(traceparent);
    let in_our_form =
        parent.and_then(traceparent::in_our_form).filter(|_| sentry_trace::parse(sentry_trace).is_err());
    let mut context = receive(in_our_form.as_deref().unwrap_or(sentry_trace), baggage, dice)?;
    if parent.is_some_and(|parent| parent.trace_id == context.trace_id) {
        context.tracestate = text::owned(tracestate::read(tracestate));
    }
    Some(context)
}

/// The trace that two headers describe; `None` without a valid `sentry-trace`, whose baggage then means nothing. Without
/// Sentry baggage the context is empty but frozen: we are not the head of that trace and must not invent values, which each
/// service that continues it would do in its own way. So it is with the baggage of another trace. `dice` is from 0 up to, but
/// without, 1.
#[inline(never)]
pub fn receive(sentry_trace: &str, baggage: &str, dice: f64) -> Option<PropagationContext> {
    let header = sentry_trace::parse(sentry_trace).ok()?;
    let mut dsc = Dsc::from_baggage(baggage);
    if dsc.has("trace_id") && !text::is(&dsc.value("trace_id"), &header.trace_id.hex()) {
        dsc = Dsc::default();
    }
    let lot = dsc.value("sample_rand");
    let rate = dsc.fraction("sample_rate");
    let sample_rand = continued_sample_rand(Fraction::parse(&lot), rate, header.sampled, dice);
    // What came is passed on to the last digit: the context is the same for the whole trace. Only what
    // does not look like a plain decimal number is written anew, as the reference does.
    if !Fraction::is_plain(&lot) && !dsc.is_empty() {
        dsc.set_at_all_costs("sample_rand", &sample_rand.print());
    }
    Some(PropagationContext {
        trace_id: header.trace_id,
        sample_rand,
        sampled: header.sampled,
        parent_span_id: header.parent_span_id,
        propagation_span_id: None,
        dsc: Some(dsc),
        #[cfg(any(feature = "browser", feature = "server"))]
        tracestate: String::default(),
    })
}

/// Whether a received trace may be continued, which another organization's may not (`continueTrace` only; the page's own
/// meta tags are trusted). Different ids never; with `strict`, a missing id on one side is refused too. An empty id is none.
pub fn may_continue(received: &PropagationContext, own_org: &str, strict: bool) -> bool {
    let received_org = received.dsc.as_ref().map_or_else(String::new, |dsc| dsc.value("org_id"));
    text::is(&received_org, own_org) || !strict && (received_org.is_empty() || own_org.is_empty())
}

/// The `sample_rand` of a continued trace: what came with it, else a number that agrees with the
/// decision that came with it, else a fresh one. So every service of a trace draws the same lot.
pub fn continued_sample_rand(
    received: Option<Fraction>,
    rate: Option<Fraction>,
    sampled: Option<bool>,
    dice: f64,
) -> Fraction {
    match (received, rate, sampled) {
        (Some(received), _, _) => received,
        (None, Some(rate), Some(true)) if rate > Fraction::ZERO => {
            Fraction::draw_between(Fraction::ZERO, rate, dice)
        }
        // With a rate of 1 nothing lies above it: a contradiction, so any number will do.
        (None, Some(rate), Some(false)) if rate > Fraction::ZERO && rate < Fraction::ONE => {
            Fraction::draw_between(rate, Fraction::ONE, dice)
        }
        _ => Fraction::draw(dice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const TRACE: &str = "771a43a4192642f0b136d5159a501700";
    fn receive(sentry_trace: &str, baggage: &str) -> PropagationContext {
        super::receive(sentry_trace, baggage, 0.25).unwrap()
    }

    #[test]
    fn continues_what_the_headers_say() {
        let context = receive(
            &format!("{TRACE}-b0e6f15b45c36b12-1"),
            &format!("other=1,sentry-trace_id={TRACE},sentry-sample_rand=0.25,sentry-sample_rate=0.5"),
        );
        assert_eq!(context.trace_id.hex(), TRACE);
        assert_eq!(context.sampled, Some(true));
        assert_eq!(context.sample_rand.print(), "0.25");
        let baggage = context.dsc.and_then(|dsc| dsc.to_baggage());
        let all = format!("sentry-trace_id={TRACE},sentry-sample_rand=0.25,sentry-sample_rate=0.5");
        assert_eq!(baggage, Some(all));
    }

    #[test]
    fn drops_the_baggage_of_another_trace() {
        for other in ["b0e6f15b45c36b12b0e6f15b45c36b12", "771a", "771A43A4192642F0B136D5159A501700"] {
            let baggage = format!("sentry-sample_rand=0.9,sentry-org_id=2,sentry-trace_id={other}");
            let context = receive(&format!("{TRACE}-b0e6f15b45c36b12-1"), &baggage);
            assert_eq!((context.trace_id.hex(), context.sampled), (TRACE.to_owned(), Some(true)));
            assert_eq!(context.dsc, Some(Dsc::default()), "{other}");
            assert_eq!(context.sample_rand.print(), "0.25");
        }
    }

    #[test]
    fn without_sentry_baggage_the_context_is_empty_but_frozen() {
        let context = receive(&format!("{TRACE}-b0e6f15b45c36b12-1"), "other=1");
        assert_eq!(context.dsc, Some(Dsc::default()));
    }

    #[test]
    fn a_malformed_header_continues_nothing() {
        let zeros = "00000000000000000000000000000000-b0e6f15b45c36b12-1".to_owned();
        for header in ["garbage".to_owned(), String::new(), zeros, "a".repeat(10_000)] {
            assert_eq!(super::receive(&header, "sentry-sample_rand=0.25", 0.5), None, "{header}");
        }
    }

    #[test]
    fn passes_a_received_lot_on_digit_by_digit() {
        // Seventeen digits, as JavaScript prints many floats: more than a fraction holds.
        for lot in ["0.25417212382373977", "0.25", "0", "1"] {
            let context =
                receive(&format!("{TRACE}-b0e6f15b45c36b12-1"), &format!("sentry-sample_rand={lot}"));
            assert_eq!(context.dsc.as_ref().and_then(|dsc| dsc.get("sample_rand")).as_deref(), Some(lot));
        }
    }

    #[test]
    fn writes_a_received_lot_as_a_plain_number() {
        for lot in ["0.250", "2.5e-1", ".25", "%200.25", "0.25abc", "+0.25"] {
            let context =
                receive(&format!("{TRACE}-b0e6f15b45c36b12-1"), &format!("sentry-sample_rand={lot}"));
            assert_eq!(
                context.dsc.as_ref().and_then(|dsc| dsc.get("sample_rand")).as_deref(),
                Some("0.25"),
                "{lot}"
            );
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
            ("sentry-org_id=1", "1", true, true),
            ("sentry-org_id=1", "2", false, false),
            ("", "1", true, false),
            ("sentry-org_id=1", "", true, false),
            ("", "", true, true),
        ] {
            let context = receive(&format!("{TRACE}-b0e6f15b45c36b12-1"), received);
            assert_eq!(may_continue(&context, own, false), relaxed);
            assert_eq!(may_continue(&context, own, true), strict);
        }
    }

    #[test]
    fn a_continued_draw_agrees_with_the_decision_that_came_with_it() {
        let fraction = |text| Fraction::parse(text).unwrap();
        let rate = Some(fraction("0.2"));
        for dice in [0.0, 1.0 / 3.0, 0.999_999_999] {
            assert!(continued_sample_rand(None, rate, Some(true), dice) < fraction("0.2"));
            assert!(continued_sample_rand(None, rate, Some(false), dice) >= fraction("0.2"));
        }
        assert_eq!(continued_sample_rand(Some(fraction("0.9")), rate, Some(true), 0.0), fraction("0.9"));
    }
}
