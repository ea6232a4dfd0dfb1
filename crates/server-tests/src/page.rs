//! What the page is told.

use std::time::{SystemTime, UNIX_EPOCH};

use throughline::server::{Incoming, ServerOptions};

use crate::fixtures::{SPAN, TRACE, incoming, meta, metric};

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}

#[test]
fn tags_and_header_say_the_same() {
    let before = now();
    let begun = incoming(&[], &ServerOptions::default().release("shop@1").traces_sample_rate(1.0));
    let after = now();
    let (tags, header) = (begun.meta_tags(), begun.server_timing());
    for (name, said) in [("sentry-trace", begun.sentry_trace()), ("baggage", begun.baggage().unwrap())] {
        assert_eq!(meta(&tags, name).as_deref(), Some(&*said));
        assert_eq!(metric(&header, name).as_deref(), Some(&*said));
    }
    // When the server was asked, not when it wrote the tags.
    let time = meta(&tags, "sentry-trace-time").unwrap();
    assert_eq!(metric(&header, "sentry-trace-time").as_deref(), Some(&*time));
    let time: f64 = time.parse().unwrap();
    assert!(before - 0.001 <= time && time <= after + 0.001, "{before} {time} {after}");
    assert_eq!(tags.matches("<meta ").count(), 3);
}

#[test]
fn what_came_goes_to_the_page_and_the_parent_is_the_span_here() {
    let baggage = format!("sentry-trace_id={TRACE},sentry-sample_rand=0.5,sentry-release=theirs");
    let came = incoming(
        &[("sentry-trace", &format!("{TRACE}-{SPAN}-0")), ("baggage", &baggage)],
        &ServerOptions::default().traces_sample_rate(1.0),
    );
    let tags = came.meta_tags();
    assert_eq!(meta(&tags, "sentry-trace"), Some(format!("{TRACE}-{}-0", came.span_id().hex())));
    assert_eq!(meta(&tags, "baggage"), Some(baggage));
}

#[test]
fn without_baggage_there_is_no_such_tag() {
    let came = incoming(&[("sentry-trace", &format!("{TRACE}-{SPAN}-1"))], &ServerOptions::default());
    assert_eq!(meta(&came.meta_tags(), "baggage"), None);
    assert_eq!(metric(&came.server_timing(), "baggage"), None);
    assert_eq!(
        came.meta().iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["sentry-trace", "sentry-trace-time"]
    );
}

#[test]
fn nothing_leaves_its_attribute_or_its_quotes() {
    let hostile = "\"'></title><script>alert(1)</script>&amp;, x;desc=\"\\\n\u{0}é";
    let check = |incoming: Incoming| {
        let (tags, header) = (incoming.meta_tags(), incoming.server_timing());
        let inside = tags.replace("<meta name=\"", "").replace("\" content=\"", "").replace("\"/>", "");
        assert!(!inside.contains(['<', '>', '"', '\'']), "{tags}");
        assert!(!header.contains(['<', '>', '\\']) && header.matches('"').count() == 6, "{header}");
        assert!(http::HeaderValue::from_str(&header).is_ok(), "{header}");
    };
    let options = ServerOptions::default()
        .release(hostile)
        .environment(hostile)
        .org_id(hostile)
        .traces_sample_rate(1.0);
    check(incoming(&[], &options).named(hostile));
    let baggage = "sentry-\"><script>=\"><script>,sentry-x=%22%3E%3Cscript%3E,sentry-'=\\";
    check(incoming(
        &[("sentry-trace", &format!("{TRACE}-{SPAN}")), ("baggage", baggage)],
        &ServerOptions::default(),
    ));
}
