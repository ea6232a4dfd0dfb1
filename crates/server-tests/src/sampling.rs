//! Who decides whether a trace is recorded, and with which lot.

use http::{HeaderMap, Request};
use throughline::server::{Incoming, ServerOptions};

use crate::fixtures::{SPAN, TRACE, incoming, member};

#[test]
fn without_a_rate_nobody_decides_here() {
    let options = ServerOptions::default();
    for (decision, sampled) in [("", None), ("-1", Some(true)), ("-0", Some(false))] {
        let came = incoming(&[("sentry-trace", &format!("{TRACE}-{SPAN}{decision}"))], &options);
        assert_eq!(came.sampled(), sampled);
        assert_eq!(came.sentry_trace(), format!("{TRACE}-{}{decision}", came.span_id().hex()));
    }
    let begun = incoming(&[], &options);
    assert_eq!((begun.sampled(), member(&begun, "sampled")), (None, None));
}

#[test]
fn a_trace_that_begins_here_is_recorded_by_its_lot() {
    let options = ServerOptions::new("https://key@o7.ingest.example.com/1")
        .release("shop@1")
        .environment("test")
        .traces_sample_rate(0.5);
    let mut count = 0;
    for _ in 0..1000 {
        let begun = Incoming::from_headers(&HeaderMap::new(), &options).named("GET /{id}");
        let sampled = begun.sample_rand() < 0.5;
        count += usize::from(sampled);
        assert_eq!(begun.sampled(), Some(sampled));
        let lot = member(&begun, "sample_rand").unwrap();
        let expected = format!(
            "sentry-environment=test,sentry-release=shop%401,sentry-public_key=key,sentry-trace_id={},sentry-org_id=7,\
             sentry-transaction=GET%20%2F%7Bid%7D,sentry-sampled={sampled},sentry-sample_rand={lot},sentry-sample_rate=0.5",
            begun.trace_id().hex()
        );
        assert_eq!(begun.baggage(), Some(expected));
        assert_eq!(lot.parse::<f64>().ok(), Some(begun.sample_rand()));
    }
    assert!((300..700).contains(&count), "{count}");
}

#[test]
fn the_service_before_us_has_decided() {
    for (decision, sampled) in [("-1", true), ("-0", false)] {
        for rate in [0.0, 1.0, f64::NAN, 7.0] {
            let lines = [("sentry-trace", &*format!("{TRACE}-{SPAN}{decision}"))];
            let came = incoming(&lines, &ServerOptions::default().traces_sample_rate(rate));
            assert_eq!(came.sampled(), Some(sampled), "{rate}");
            assert_eq!(member(&came, "sample_rate"), None, "no rate was applied here");
        }
    }
}

#[test]
fn what_is_left_to_us_is_decided_with_the_lot_that_came() {
    for (lot, sampled) in [("0.299999", true), ("0.3", false), ("0.25417212382373977", true)] {
        let lines = [
            ("sentry-trace", &*format!("{TRACE}-{SPAN}")),
            ("baggage", &*format!("sentry-trace_id={TRACE},sentry-sample_rand={lot}")),
        ];
        let came = incoming(&lines, &ServerOptions::default().traces_sample_rate(0.3));
        assert_eq!(came.sampled(), Some(sampled), "{lot}");
        let expected = format!("sentry-trace_id={TRACE},sentry-sample_rand={lot},sentry-sample_rate=0.3");
        assert_eq!(came.baggage(), Some(expected));
    }
}

#[test]
fn something_that_is_no_rate_records_nothing() {
    for rate in [f64::NAN, -0.1, 1.1, f64::INFINITY] {
        let options = ServerOptions::default().traces_sample_rate(rate);
        assert_eq!(incoming(&[], &options).sampled(), Some(false), "{rate}");
        let options = ServerOptions::default().traces_sample_rate(1.0).traces_sampler(move |_| Some(rate));
        assert_eq!(incoming(&[], &options).sampled(), Some(false), "{rate}");
    }
}

#[test]
fn a_sampler_knows_the_request_and_counts_more_than_all_others() {
    let options = ServerOptions::default().traces_sample_rate(0.0).traces_sampler(|request| {
        assert_eq!(request.headers().len(), 2);
        assert_eq!(request.method().map(|method| method.as_str()), Some("POST"));
        assert_eq!((request.parent_sampled(), request.parent_sample_rate()), (Some(false), Some(0.25)));
        (request.path() == Some("/orders")).then_some(1.0)
    });
    for (path, sampled) in [("/orders?a=1", true), ("/other", false)] {
        let request = Request::post(path)
            .header("sentry-trace", format!("{TRACE}-{SPAN}-0"))
            .header("baggage", "sentry-sample_rate=0.25")
            .body(())
            .unwrap();
        let came = Incoming::from_request(&request, &options);
        assert_eq!(came.sampled(), Some(sampled), "{path}");
        // Later services see the rate that was applied last.
        assert_eq!(member(&came, "sample_rate").as_deref(), Some(if sampled { "1" } else { "0.25" }));
        let (parts, ()) = request.into_parts();
        assert_eq!(Incoming::from_parts(&parts, &options).sampled(), Some(sampled));
    }
}

#[test]
fn a_sampler_that_panics_had_no_opinion() {
    let fails = |options: ServerOptions| options.traces_sampler(|_| panic!("on purpose"));
    assert_eq!(incoming(&[], &fails(ServerOptions::default().traces_sample_rate(1.0))).sampled(), Some(true));
    assert_eq!(incoming(&[], &fails(ServerOptions::default())).sampled(), Some(false));
    let lines = [("sentry-trace", &*format!("{TRACE}-{SPAN}-1"))];
    assert_eq!(incoming(&lines, &fails(ServerOptions::default())).sampled(), Some(true));
}
