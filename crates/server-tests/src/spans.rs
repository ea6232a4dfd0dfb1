//! What changes with a span that another SDK has begun for the request.

use throughline::server::{Continuation, ServerOptions};
use throughline::{SpanId, TraceId};

use crate::fixtures::{SPAN, TRACE, incoming, member};

#[test]
fn in_the_trace_that_came_only_the_parent_changes() {
    let baggage = format!("sentry-trace_id={TRACE},sentry-sample_rand=0.5,sentry-release=theirs");
    let lines = [("sentry-trace", &*format!("{TRACE}-{SPAN}-1")), ("baggage", &*baggage)];
    let came = incoming(&lines, &ServerOptions::default());
    let other = SpanId::parse("aaaaaaaaaaaaaaaa").unwrap();
    let given = came.clone().with_span(came.trace_id(), other, Some(true));
    assert_eq!(given.sentry_trace(), format!("{TRACE}-aaaaaaaaaaaaaaaa-1"));
    assert_eq!(
        (given.continuation(), given.parent_span_id()),
        (Continuation::SentryTrace, came.parent_span_id())
    );
    assert_eq!((given.baggage(), given.sample_rand()), (Some(baggage), 0.5));
}

#[test]
fn another_trace_is_headed_by_its_sdk() {
    let lines = [("sentry-trace", &*format!("{TRACE}-{SPAN}-1")), ("baggage", "sentry-release=theirs")];
    let came = incoming(&lines, &ServerOptions::default().release("ours"));
    let other = "b0".repeat(16);
    let given = came.with_sentry_trace(&format!("{other}-{SPAN}-0"));
    assert_eq!(given.sentry_trace(), format!("{other}-{SPAN}-0"));
    assert_eq!((given.continuation(), given.parent_span_id()), (Continuation::Given, None));
    assert_eq!(
        (member(&given, "trace_id"), member(&given, "release")),
        (Some(other), Some("ours".to_owned()))
    );
    assert_eq!(member(&given, "sampled").as_deref(), Some("false"));
}

#[test]
fn what_was_decided_before_us_says_nothing_of_another_trace() {
    let options = ServerOptions::default().traces_sample_rate(0.25);
    let lines = [("sentry-trace", &*format!("{TRACE}-{SPAN}-1")), ("baggage", "sentry-sample_rand=0.9")];
    let given = incoming(&lines, &options).with_sentry_trace(&format!("{}-{SPAN}-1", "b0".repeat(16)));
    assert_eq!(member(&given, "sample_rate").as_deref(), Some("0.25"));
    assert!(given.sample_rand() < 0.25, "{}", given.sample_rand());
}

#[test]
fn the_lot_agrees_with_what_is_given() {
    let options = ServerOptions::default().traces_sample_rate(0.25);
    for sampled in [true, false] {
        for _ in 0..200 {
            let begun = incoming(&[], &options);
            let given =
                begun.clone().with_span(TraceId::parse(TRACE).unwrap(), begun.span_id(), Some(sampled));
            assert_eq!(given.sampled(), Some(sampled));
            assert_eq!(given.sample_rand() < 0.25, sampled, "{}", given.sample_rand());
            assert_eq!(member(&given, "sampled"), Some(sampled.to_string()));
            assert_eq!(member(&given, "sample_rate").as_deref(), Some("0.25"));
            // In the same trace, what is decided already stays as it is.
            let same = begun.clone().with_span(begun.trace_id(), given.span_id(), Some(sampled));
            let is_same = begun.sampled() == Some(sampled);
            assert_eq!(same.sample_rand() == begun.sample_rand(), is_same);
            assert_eq!(same.baggage() == begun.baggage(), is_same);
        }
    }
}

#[test]
fn a_decision_may_be_left_open() {
    let begun = incoming(&[], &ServerOptions::default().traces_sample_rate(1.0));
    let given = begun.clone().with_span(begun.trace_id(), begun.span_id(), None);
    assert_eq!((given.sampled(), member(&given, "sampled")), (None, None));
}

#[test]
fn what_names_no_span_changes_nothing() {
    let begun = incoming(&[], &ServerOptions::default());
    for text in ["", "nonsense", TRACE, &format!("{TRACE}-1"), &format!("{TRACE}-0000000000000000-1"), "é"] {
        let given = begun.clone().with_sentry_trace(text);
        assert_eq!(
            (given.sentry_trace(), given.baggage()),
            (begun.sentry_trace(), begun.baggage()),
            "{text}"
        );
    }
}
