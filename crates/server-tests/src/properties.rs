//! Whatever comes in: no panic, and nothing invalid goes out.

use http::{HeaderMap, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::*;
use throughline::server::{Continuation, Incoming, ServerOptions};

use crate::fixtures::{SPAN, TRACE, meta, metric};

/// What may stand in a header: mostly what is looked for in one.
fn value() -> impl Strategy<Value = HeaderValue> {
    let pieces = [
        TRACE,
        SPAN,
        "0000000000000000",
        "-",
        "-1",
        "-0",
        "00-",
        "-01",
        "ff",
        ",",
        ";",
        "=",
        "%",
        "%41",
        "%ff",
        " ",
        "\t",
        "sentry-",
        "trace_id",
        "sample_rand",
        "sample_rate",
        "org_id",
        "0.5",
        "1e-3",
        "\"",
        "<",
        "'",
        "\\",
        "é",
        "\u{80}",
    ];
    let texts =
        vec(prop::sample::select(pieces.to_vec()), 0..30).prop_map(|pieces| pieces.concat().into_bytes());
    let headers = prop_oneof![
        Just(format!("{TRACE}-{SPAN}-1").into_bytes()),
        Just(format!("00-{TRACE}-{SPAN}-01").into_bytes()),
        Just(format!("sentry-trace_id={TRACE},sentry-sample_rand=0.25,sentry-org_id=7").into_bytes()),
    ];
    prop_oneof![4 => texts, 2 => headers, 2 => vec(any::<u8>(), 0..300)]
        .prop_filter_map("no header may have it", |bytes| HeaderValue::from_bytes(&bytes).ok())
}

fn headers() -> impl Strategy<Value = HeaderMap> {
    let names = prop::sample::select(vec!["sentry-trace", "baggage", "traceparent"]);
    vec((names, value()), 0..6).prop_map(|lines| {
        let mut headers = HeaderMap::new();
        lines.into_iter().for_each(|(name, value)| _ = headers.append(name, value));
        headers
    })
}

fn options() -> impl Strategy<Value = ServerOptions> {
    let rate = prop_oneof![Just(None), (0.0..=1.0).prop_map(Some), any::<f64>().prop_map(Some)];
    (any::<String>(), any::<String>(), prop::sample::select(vec!["", "7"]), rate, any::<[bool; 3]>())
        .prop_map(|(release, environment, org_id, rate, [strict, reads, propagates])| {
            let options = ServerOptions::default()
                .release(release)
                .environment(environment)
                .org_id(org_id)
                .strict_trace_continuation(strict)
                .read_traceparent(reads)
                .propagate_traceparent(propagates);
            rate.map_or(options.clone(), |rate| options.traces_sample_rate(rate))
        })
}

proptest! {
    #[test]
    fn another_service_reads_what_is_passed_on(headers in headers(), options in options(), name in any::<String>()) {
        let incoming = Incoming::from_headers(&headers, &options).named(name);
        let next = Incoming::from_headers(&incoming.header_map(), &ServerOptions::default());
        prop_assert_eq!((next.continuation(), next.trace_id()), (Continuation::SentryTrace, incoming.trace_id()));
        prop_assert_eq!((next.parent_span_id(), next.sampled()), (Some(incoming.span_id()), incoming.sampled()));
        if let Some(baggage) = incoming.baggage() {
            prop_assert!(baggage.len() <= 8192 && baggage.split(',').count() <= 64);
            prop_assert!(baggage.split(',').all(|member| member.starts_with("sentry-")), "{}", baggage);
        }
    }

    #[test]
    fn only_what_is_named_is_continued(headers in headers(), options in options()) {
        let incoming = Incoming::from_headers(&headers, &options);
        let trace_id = incoming.trace_id().hex();
        prop_assert_eq!(incoming.continuation().is_continued(), headers_name(&headers, &trace_id));
        if incoming.continuation() == Continuation::Absent {
            prop_assert!(!headers.contains_key("sentry-trace"));
        }
        prop_assert!(incoming.sample_rand() <= 1.0);
    }

    #[test]
    fn the_page_reads_what_it_is_told(headers in headers(), options in options(), name in any::<String>()) {
        let incoming = Incoming::from_headers(&headers, &options).named(name);
        let (tags, header) = (incoming.meta_tags(), incoming.server_timing());
        for (name, said) in [("sentry-trace", Some(incoming.sentry_trace())), ("baggage", incoming.baggage())] {
            prop_assert_eq!(meta(&tags, name), said.clone());
            prop_assert_eq!(metric(&header, name), said);
        }
        prop_assert!(HeaderValue::from_str(&header).is_ok());
    }

    #[test]
    fn what_a_request_has_stays(before in headers(), came in headers(), options in options()) {
        let incoming = Incoming::from_headers(&came, &options);
        let mut after = before.clone();
        incoming.inject(&mut after);
        for name in ["sentry-trace", "traceparent"] {
            let there: Vec<_> = before.get_all(name).iter().collect();
            if !there.is_empty() {
                prop_assert_eq!(after.get_all(name).iter().collect::<Vec<_>>(), there);
            }
        }
        if before.contains_key("sentry-trace") {
            prop_assert_eq!(before, after);
        } else {
            let sentry_trace = incoming.sentry_trace();
            prop_assert_eq!(after["sentry-trace"].as_bytes(), sentry_trace.as_bytes());
        }
    }
}

/// Whether a header has these digits.
fn headers_name(headers: &HeaderMap, trace_id: &str) -> bool {
    let mut values = headers.values().filter_map(|value| std::str::from_utf8(value.as_bytes()).ok());
    values.any(|value| value.contains(trace_id))
}
