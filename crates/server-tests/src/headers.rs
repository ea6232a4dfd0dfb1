//! Whose trace is continued, whatever headers come.

use std::collections::HashSet;

use http::{HeaderMap, HeaderValue};
use throughline::TraceHeaders;
use throughline::server::{Continuation, Incoming, ServerOptions};

use crate::fixtures::{SPAN, TRACE, headers, incoming, member, members};

fn named(decision: &str) -> String {
    format!("{TRACE}-{SPAN}{decision}")
}

#[test]
fn continues_what_came_and_passes_it_on_as_it_came() {
    let baggage = format!(
        "other=1,sentry-trace_id={TRACE},sentry-release=a%20b,sentry-sample_rand=0.25417212382373977"
    );
    let incoming = incoming(
        &[("sentry-trace", &named("-1")), ("baggage", &baggage)],
        &ServerOptions::new("https://ours@o7.ingest.example.com/1").release("ours").traces_sample_rate(0.0),
    );
    assert_eq!(
        (incoming.continuation(), incoming.trace_id().hex().as_str()),
        (Continuation::SentryTrace, TRACE)
    );
    assert_eq!(incoming.parent_span_id().map(|id| id.hex()).as_deref(), Some(SPAN));
    assert_eq!(incoming.sampled(), Some(true));
    // Other vendors' entries are not ours to forward.
    assert_eq!(incoming.baggage().as_deref(), baggage.strip_prefix("other=1,"));
    // The page load is a child of a span here, not of the one before us.
    assert_eq!(incoming.sentry_trace(), format!("{TRACE}-{}-1", incoming.span_id().hex()));
    assert_ne!(incoming.span_id().hex(), SPAN);
}

#[test]
fn begins_a_trace_where_nothing_valid_came() {
    let long = "a".repeat(100_000);
    let zeros = format!("{}-{SPAN}-1", "0".repeat(32));
    for value in ["", "nonsense", &named("-1").to_uppercase(), &named("-2"), &zeros, "é", &long] {
        let lines = [("sentry-trace", value), ("baggage", "sentry-release=theirs")];
        let incoming = incoming(&lines, &ServerOptions::default().release("ours"));
        assert_eq!(
            (incoming.continuation(), incoming.parent_span_id()),
            (Continuation::Invalid, None),
            "{value:.99}"
        );
        assert_eq!(member(&incoming, "release").as_deref(), Some("ours"), "{value:.99}");
        assert_eq!(member(&incoming, "trace_id"), Some(incoming.trace_id().hex()));
    }
    assert_eq!(incoming(&[], &ServerOptions::default()).continuation(), Continuation::Absent);
}

#[test]
fn no_two_requests_are_alike() {
    let options = ServerOptions::default();
    let all: Vec<_> = (0..1000).map(|_| Incoming::from_headers(&HeaderMap::new(), &options)).collect();
    assert_eq!(all.iter().map(Incoming::trace_id).map(|id| id.hex()).collect::<HashSet<_>>().len(), 1000);
    assert_eq!(all.iter().map(Incoming::span_id).map(|id| id.hex()).collect::<HashSet<_>>().len(), 1000);
    let lots: HashSet<u64> = all.iter().map(|incoming| incoming.sample_rand().to_bits()).collect();
    assert!(lots.len() > 990, "{}", lots.len());
}

#[test]
fn of_several_headers_the_first_that_is_valid_counts() {
    let other = "b0e6f15b45c36b12b0e6f15b45c36b12";
    let joined = format!("nonsense, {},{other}-{SPAN}-0", named("-1"));
    for lines in [
        vec![("sentry-trace", "nonsense"), ("sentry-trace", &named("-1")), ("sentry-trace", other)],
        vec![("sentry-trace", &joined)],
        vec![("traceparent", &format!("00-{other}-{SPAN}-00")), ("sentry-trace", &named("-1"))],
    ] {
        let incoming = incoming(&lines, &ServerOptions::default());
        assert_eq!(
            (incoming.trace_id().hex().as_str(), incoming.sampled()),
            (TRACE, Some(true)),
            "{lines:?}"
        );
    }
}

#[test]
fn several_lines_of_baggage_are_one() {
    let lines = [
        ("sentry-trace", named("-1")),
        ("baggage", "sentry-release=a,x=1".to_owned()),
        ("baggage", " sentry-environment=b ; p=1 , sentry-release=c".to_owned()),
    ];
    let lines = lines.each_ref().map(|(name, value)| (*name, value.as_str()));
    let incoming = incoming(&lines, &ServerOptions::default());
    let all = members(&incoming);
    assert_eq!(
        all.first(),
        Some(&("release".to_owned(), "c".to_owned())),
        "the last value, at the place of the first"
    );
    assert_eq!(
        all.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(),
        ["release", "environment", "sample_rand"]
    );
}

#[test]
fn the_part_that_is_text_counts() {
    let mut headers = headers(&[("sentry-trace", &named("-1"))]);
    headers.insert(
        "baggage",
        HeaderValue::from_bytes(
            b"sentry-a=\xff,sentry-release=\xc3\xa9,\xc3\xa9=\xfe\xff,sentry-b=%ff,sentry-c=%4",
        )
        .unwrap(),
    );
    let incoming = Incoming::from_headers(&headers, &ServerOptions::default());
    assert_eq!(member(&incoming, "release").as_deref(), Some("%C3%A9"));
    assert_eq!(members(&incoming).len(), 2, "and the lot: {:?}", incoming.baggage());
}

#[test]
fn large_headers_cost_what_is_too_much_and_no_more() {
    let foreign = "x=1,".repeat(25_000);
    let behind = format!("{foreign}sentry-release=a");
    let one = format!("sentry-big={},sentry-release=a", "x".repeat(100_000));
    let many = (0..5000).map(|n| format!("sentry-k{n}=0123456789")).collect::<Vec<_>>().join(",");
    for (baggage, release) in [(&behind, Some("a")), (&one, Some("a")), (&many, None)] {
        let lines = [("sentry-trace", &*named("-1")), ("baggage", baggage)];
        let incoming = incoming(&lines, &ServerOptions::default());
        assert_eq!(incoming.trace_id().hex(), TRACE);
        assert_eq!(member(&incoming, "release").as_deref(), release);
        let written = incoming.baggage().unwrap();
        assert!(written.len() <= 8192 && written.split(',').count() <= 64, "{}", written.len());
        let kept = format!("{incoming:?}").len();
        assert!(kept < 10_000, "no more is kept than may be sent on: {kept}");
    }
}

#[test]
fn traceparent_counts_where_there_is_no_valid_sentry_trace() {
    for (flags, sampled) in [("01", true), ("00", false)] {
        for before in [None, Some("nonsense")] {
            let value = format!("00-{TRACE}-{SPAN}-{flags}");
            let mut lines = vec![("traceparent", value.as_str())];
            lines.extend(before.map(|before| ("sentry-trace", before)));
            let there = incoming(&lines, &ServerOptions::default());
            assert_eq!(
                (there.continuation(), there.trace_id().hex().as_str()),
                (Continuation::Traceparent, TRACE)
            );
            assert_eq!(
                (there.parent_span_id().map(|id| id.hex()).as_deref(), there.sampled()),
                (Some(SPAN), Some(sampled))
            );
            // We do not head it, and know nothing of what heads it.
            assert_eq!(there.baggage(), None);

            let unread = incoming(&lines, &ServerOptions::default().read_traceparent(false));
            assert!(!unread.continuation().is_continued());
            assert_ne!(unread.trace_id().hex(), TRACE);
        }
    }
}

#[test]
fn without_baggage_nothing_is_made_up() {
    let came = incoming(&[("sentry-trace", &named(""))], &ServerOptions::default().release("ours"));
    assert_eq!((came.sampled(), came.baggage()), (None, None));
}

#[test]
fn baggage_of_another_trace_is_dropped() {
    let baggage = format!("sentry-trace_id={},sentry-release=theirs", "b0".repeat(16));
    let came = incoming(&[("sentry-trace", &named("-1")), ("baggage", &baggage)], &ServerOptions::default());
    assert_eq!((came.trace_id().hex().as_str(), came.baggage()), (TRACE, None));
}

#[test]
fn another_organization_s_trace_is_not_continued() {
    let from_dsn = || ServerOptions::new("https://key@o7.ingest.example.com/1");
    let unknown = || ServerOptions::new("https://key@sentry.example.com/1");
    for (theirs, options, relaxed, strict) in [
        ("sentry-org_id=7", from_dsn(), true, true),
        ("sentry-org_id=8", from_dsn(), false, false),
        ("", from_dsn(), true, false),
        ("sentry-org_id=7", unknown(), true, false),
        ("", unknown(), true, true),
        ("sentry-org_id=8", unknown().org_id("8"), true, true),
        ("sentry-org_id=7", from_dsn().org_id("8"), false, false),
    ] {
        let lines = [("sentry-trace", &*named("-1")), ("baggage", theirs)];
        for (options, continued) in
            [(options.clone(), relaxed), (options.strict_trace_continuation(true), strict)]
        {
            let incoming = incoming(&lines, &options);
            let continuation =
                if continued { Continuation::SentryTrace } else { Continuation::OtherOrganization };
            assert_eq!(incoming.continuation(), continuation, "{theirs} {options:?}");
            assert_eq!(incoming.trace_id().hex() == TRACE, continued);
            assert_eq!(incoming.parent_span_id().is_some(), continued);
        }
    }
}

#[test]
fn messages_bring_what_requests_do() {
    let options = ServerOptions::default();
    let first = incoming(&[], &ServerOptions::default().traces_sample_rate(1.0).propagate_traceparent(true));
    let second = Incoming::from_trace_headers(&first.headers(), &options);
    assert_eq!((second.trace_id(), second.parent_span_id()), (first.trace_id(), Some(first.span_id())));
    assert_eq!(second.baggage(), first.baggage());

    let of_others = TraceHeaders::default().with_traceparent(format!("00-{TRACE}-{SPAN}-01"));
    assert_eq!(Incoming::from_trace_headers(&of_others, &options).continuation(), Continuation::Traceparent);

    for (trace, baggage) in [("", ""), ("nonsense\n", "\n"), ("é", "sentry-release=\0")] {
        let begun = Incoming::from_trace_headers(&TraceHeaders::new(trace, baggage), &options);
        assert!(!begun.continuation().is_continued(), "{trace}");
    }
    let half = Incoming::from_trace_headers(&TraceHeaders::new(named("-1"), "sentry-release=\0"), &options);
    assert_eq!((half.trace_id().to_string().as_str(), half.baggage()), (TRACE, None));
}
