//! What other services are told.

use http::{HeaderMap, HeaderValue};
use throughline::server::{Incoming, ServerOptions};

use crate::fixtures::{SPAN, TRACE, headers, incoming};

fn came() -> Incoming {
    let lines = [("sentry-trace", &*format!("{TRACE}-{SPAN}-1")), ("baggage", "sentry-release=a,foreign=1")];
    incoming(&lines, &ServerOptions::default().propagate_traceparent(true))
}

/// The lines of a header.
fn lines(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers.get_all(name).iter().map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect()
}

#[test]
fn the_next_service_goes_on_below_our_span() {
    let first = Incoming::from_headers(&HeaderMap::new(), &ServerOptions::default().traces_sample_rate(1.0));
    let second =
        Incoming::from_headers(&first.header_map(), &ServerOptions::default().traces_sample_rate(0.0));
    assert_eq!((second.trace_id(), second.parent_span_id()), (first.trace_id(), Some(first.span_id())));
    assert_eq!((second.sampled(), second.baggage()), (Some(true), first.baggage()));
    assert_eq!(second.sample_rand(), first.sample_rand());
    assert!(!first.header_map().contains_key("traceparent"), "unless it is asked for");
}

#[test]
fn what_is_there_stays() {
    let came = came();
    let sentry_trace = vec![came.sentry_trace()];
    for (before, baggage) in [
        (vec![], vec![came.baggage().unwrap()]),
        (vec!["team=a;p=1"], vec![format!("team=a;p=1,{}", came.baggage().unwrap())]),
        (vec!["team=a", "x=é"], vec![format!("team=a,x=é,{}", came.baggage().unwrap())]),
        (vec!["", " , "], vec![came.baggage().unwrap()]),
        (vec!["team=a", "sentry-release=own"], vec!["team=a".to_owned(), "sentry-release=own".to_owned()]),
    ] {
        let mut headers = headers(&before.iter().map(|line| ("baggage", *line)).collect::<Vec<_>>());
        headers.insert("x-other", HeaderValue::from_static("1"));
        came.inject(&mut headers);
        assert_eq!(
            (lines(&headers, "sentry-trace"), lines(&headers, "baggage")),
            (sentry_trace.clone(), baggage)
        );
        assert_eq!(
            (lines(&headers, "traceparent"), lines(&headers, "x-other")),
            (vec![came.traceparent()], vec!["1".to_owned()])
        );
    }
}

#[test]
fn texts_and_headers_are_the_same() {
    let came = came();
    let texts = came.headers();
    let map = came.header_map();
    assert_eq!(texts.iter().collect::<Vec<_>>().len(), map.len());
    for (name, value) in texts.iter() {
        assert_eq!(lines(&map, name), [value]);
    }
}

#[test]
fn a_request_that_has_a_trace_gets_nothing() {
    let own = format!("{}-{SPAN}-1", "b0".repeat(16));
    let mut headers = headers(&[("sentry-trace", &own)]);
    let before = headers.clone();
    came().inject(&mut headers);
    assert_eq!(headers, before);
}

#[test]
fn a_traceparent_that_is_there_stays() {
    let own = format!("00-{}-{SPAN}-01", "b0".repeat(16));
    let mut headers = headers(&[("traceparent", &own)]);
    came().inject(&mut headers);
    assert_eq!(lines(&headers, "traceparent"), [own]);
    assert!(headers.contains_key("sentry-trace"));
}

#[test]
fn baggage_that_is_no_text_stays_alone() {
    let mut headers = HeaderMap::new();
    headers.insert("baggage", HeaderValue::from_bytes(b"a=\xff").unwrap());
    came().inject(&mut headers);
    assert_eq!(headers["baggage"].as_bytes(), b"a=\xff");
    assert!(headers.contains_key("sentry-trace"));
}

#[test]
fn where_there_is_no_room_theirs_stays() {
    let theirs = format!("x={}", "x".repeat(8180));
    let mut headers = headers(&[("baggage", &theirs)]);
    came().inject(&mut headers);
    assert_eq!(lines(&headers, "baggage"), [theirs]);
}
