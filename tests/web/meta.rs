//! The trace that the server put into the page.

use throughline::browser::{meta, pageload};
use throughline::trace::tracer::StartSpan;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Meta, PARENT, TRACE, sdk};

#[wasm_bindgen_test]
fn reads_the_first_tag_of_each_name() {
    let page = sdk(None);
    let _tags = [
        Meta::new(&page, "baggage", "sentry-a=1"),
        Meta::new(&page, "sentry-trace", "first"),
        Meta::new(&page, "sentry-trace", "second"),
    ];
    let read = meta::read(&page.document);
    assert_eq!((read.sentry_trace.as_str(), read.baggage.as_str()), ("first", "sentry-a=1"));
}

#[wasm_bindgen_test]
fn without_tags_there_is_nothing() {
    assert_eq!(meta::read(&sdk(None).document), meta::TraceMeta::default());
}

#[wasm_bindgen_test]
fn the_page_load_continues_the_server_trace() {
    let page = sdk(None);
    let _tags = [
        Meta::new(&page, "sentry-trace", &format!("{TRACE}-{PARENT}-1")),
        Meta::new(&page, "baggage", &format!("sentry-trace_id={TRACE},sentry-sample_rand=0.25,other=1")),
    ];
    let context = pageload::context(&page, "", "");
    let load = pageload::describe(&page);
    assert!(load.start.is_some_and(|start| start.seconds().starts_with('1')));
    let (name, attributes) = (load.name.as_str(), load.attributes);
    let start =
        StartSpan { name, attributes, start: load.start, context: Some(&context), ..StartSpan::default() };
    let span = page.sdk.start_span(start).and_then(|started| started.key);
    let json = page.sdk.span_json(span.expect("a span")).expect("json");
    assert!(json.contains(&format!(r#""trace_id":"{TRACE}","parent_span_id":"{PARENT}""#)), "{json}");
    assert!(json.contains(r#""sentry.op":"pageload""#), "{json}");
    let headers = page.sdk.headers(span, None).expect("headers");
    assert!(headers.sentry_trace.starts_with(TRACE) && headers.sentry_trace.ends_with("-1"));
    let baggage = format!("sentry-trace_id={TRACE},sentry-sample_rand=0.25");
    assert_eq!(headers.baggage.as_deref(), Some(baggage.as_str()));
}

#[wasm_bindgen_test]
fn a_decision_against_the_trace_is_kept() {
    let page = sdk(None);
    let _tag = Meta::new(&page, "sentry-trace", &format!("{TRACE}-{PARENT}-0"));
    let context = pageload::context(&page, "", "");
    let headers = page.sdk.headers(None, Some(&context)).expect("headers");
    assert!(headers.sentry_trace.starts_with(TRACE) && headers.sentry_trace.ends_with("-0"));
}

#[wasm_bindgen_test]
fn forged_tags_begin_a_new_trace() {
    let zeros = format!("{}-{PARENT}-1", "0".repeat(32));
    for forged in
        ["garbage", "", &zeros, &"a".repeat(10_000), "<script>", "☃", &format!("{TRACE}-{PARENT}-1-x")]
    {
        let page = sdk(None);
        let _tags = [
            Meta::new(&page, "sentry-trace", forged),
            Meta::new(&page, "baggage", "sentry-environment=forged"),
        ];
        let context = pageload::context(&page, "", "");
        let headers = page.sdk.headers(None, Some(&context)).expect("headers");
        assert!(!headers.sentry_trace.starts_with(TRACE), "{forged}");
        assert!(!headers.sentry_trace.starts_with("0000"), "{forged}");
        assert!(!headers.baggage.unwrap_or_default().contains("forged"), "{forged}");
    }
}
